import numpy as np
import pytest

from layersmith.records import Trial
from layersmith.space import HyperParameters
from layersmith.strategies import SobolStrategy
from layersmith.strategies.sobol import sobol_candidates, sobol_point
from layersmith.testing.strategies import SeededStrategyContract, conditional_space


class TestSobolStrategy(SeededStrategyContract):
    def make(self, space, seed):
        return SobolStrategy(space, seed)


def points(number, dimensions, seed=0):
    return np.array([sobol_point(place, dimensions, seed) for place in range(number)])


@pytest.mark.parametrize("seed", [0, 1, 17])
def test_each_dimension_has_one_point_in_each_part(seed):
    parts = np.sort((points(32, 5, seed) * 32).astype(int), axis=0)
    assert (parts == np.arange(32)[:, None]).all()


def test_pairs_of_dimensions_are_balanced():
    # A (0, 2)-sequence: 16 points, one in each cell of every cut of the square into 16 rectangles.
    x, y = points(16, 2).T
    for rows in (1, 2, 4, 8, 16):
        cells = (x * rows).astype(int) * 16 + (y * (16 // rows)).astype(int)
        assert len(set(cells.tolist())) == 16


def test_points_lie_in_the_unit_cube_and_differ_by_seed():
    first, second = points(50, 4, seed=0), points(50, 4, seed=1)
    assert first.min() >= 0.0
    assert first.max() < 1.0
    assert not np.isclose(first, second).any()


def test_further_dimensions_leave_the_first_as_they_are():
    assert (points(20, 3)[:, :3] == points(20, 9)[:, :3]).all()


def test_the_mean_of_a_smooth_function_is_closer_than_by_chance():
    def mean(sample):
        return np.prod(1 + (sample - 0.5), axis=1).mean()  # 1 in truth

    errors = [abs(mean(points(64, 4, seed)) - 1) for seed in range(10)]
    chance = [abs(mean(np.random.default_rng(seed).random((64, 4))) - 1) for seed in range(10)]
    assert np.mean(errors) < 0.25 * np.mean(chance)


def test_the_batch_size_makes_no_difference():
    strategies = [SobolStrategy(conditional_space(), 0) for _ in range(2)]
    assert strategies[0].ask(12) == [candidate for _ in range(4) for candidate in strategies[1].ask(3)]


def test_results_play_no_part():
    told, silent = (SobolStrategy(conditional_space(), 0) for _ in range(2))
    told.tell([Trial(candidate=candidate, score=1.0) for candidate in told.ask(5)])
    silent.ask(5)
    assert told.ask(5) == silent.ask(5)


def test_values_of_a_choice_are_taken_equally_often():
    hp = HyperParameters()
    hp.Choice("activation", ["relu", "tanh", "gelu", "silu"])
    hp.Float("rate", 0.0, 1.0)
    taken = [candidate.values["activation"] for candidate in SobolStrategy(hp, 0).ask(64)]
    assert {taken.count(value) for value in set(taken)} == {16}


def test_a_space_of_no_entries_has_one_point():
    assert next(sobol_candidates(HyperParameters(), 0, first=3)) == {}
