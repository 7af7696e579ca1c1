import itertools

import pytest

from layersmith.records import Candidate, Trial
from layersmith.space import HyperParameters, enumerate_space, fingerprint
from layersmith.strategies import GridStrategy
from layersmith.testing.strategies import StrategyContract, conditional_space, small_space


class TestGridStrategy(StrategyContract):
    def make(self, space, seed):
        return GridStrategy(space)


def values_of(candidates):
    return [dict(candidate.values) for candidate in candidates]


def network_space():
    """The space of a small convolutional network: 3 × 3 × 2 candidates."""
    hp = HyperParameters()
    hp.Int("filters", 32, 96, step=32)
    hp.Int("kernel_size", 3, 7, step=2)
    hp.Choice("learning_rate", [1e-3, 1e-5])
    return hp


@pytest.mark.parametrize("batch", [1, 4, 100])
def test_every_combination_once_whatever_the_batch(batch):
    strategy, asked = GridStrategy(network_space()), []
    while candidates := strategy.ask(batch):
        asked += candidates
    expected = itertools.product((32, 64, 96), (3, 5, 7), (1e-3, 1e-5))
    assert [tuple(candidate.values.values()) for candidate in asked] == list(expected)


def test_inactive_values_do_not_multiply_the_grid():
    hp = HyperParameters()
    hp.Int("layers", 1, 3)
    for layer in (2, 3):
        hp.Choice(f"units_{layer}", [8, 16], parent_name="layers", parent_values=list(range(layer, 4)))
    asked = values_of(GridStrategy(hp).ask(100))
    assert len(asked) == 1 + 2 + 4
    assert asked == list(enumerate_space(hp))


def test_a_number_without_steps_takes_ten_values_ends_included():
    hp = HyperParameters()
    hp.Float("rate", 1e-4, 1e-1, sampling="log")
    asked = [candidate.values["rate"] for candidate in GridStrategy(hp).ask(100)]
    assert len(asked) == 10
    assert (min(asked), max(asked)) == (1e-4, 1e-1)
    ratios = [right / left for left, right in itertools.pairwise(asked)]
    assert max(ratios) == pytest.approx(min(ratios))


def test_whole_numbers_on_a_log_scale_take_ten_values_unless_they_have_steps():
    hp = HyperParameters()
    hp.Int("units", 3, 4000, sampling="log")
    asked = [candidate.values["units"] for candidate in GridStrategy(hp).ask(100)]
    assert (len(asked), asked[0], asked[-1]) == (10, 3, 4000)


@pytest.mark.parametrize(("default", "asked"), [(16, [16, 8, 24]), (10, [10, 8, 16, 24])])
def test_the_default_comes_first_also_between_the_steps(default, asked):
    hp = HyperParameters()
    hp.Int("units", 8, 24, step=8, default=default)
    assert [candidate.values["units"] for candidate in GridStrategy(hp).ask(100)] == asked


def test_a_queued_candidate_is_not_listed_again():
    strategy = GridStrategy(small_space())
    strategy.enqueue({"deep": True, "layers": 4}, "user")
    asked = values_of(strategy.ask(100))
    assert asked[0] == {"deep": True, "layers": 4}
    assert sorted(map(fingerprint, asked)) == sorted(map(fingerprint, enumerate_space(small_space())))


def test_a_resumed_grid_lists_what_is_left():
    whole = GridStrategy(small_space()).ask(100)
    resumed = GridStrategy(small_space())
    resumed.tell([Trial(candidate=candidate, score=0.0) for candidate in (whole[0], whole[3])])
    assert values_of(resumed.ask(100)) == values_of([whole[1], whole[2], whole[4]])


def test_an_entry_declared_late_loses_nothing_and_repeats_nothing():
    space = network_space()
    strategy = GridStrategy(space)
    before = values_of(strategy.ask(7))
    space.Choice("activation", ["relu", "tanh"], default="relu")
    after = values_of(strategy.ask(1000))
    tried = [{**values, "activation": "relu"} for values in before] + after
    assert sorted(map(fingerprint, tried)) == sorted(map(fingerprint, enumerate_space(space)))


def test_an_entry_declared_late_under_a_condition():
    space = HyperParameters()
    space.Choice("optimizer", ["adam", "sgd"])
    strategy = GridStrategy(space)
    assert len(strategy.ask(10)) == 2
    space.Choice("momentum", [0.0, 0.9], parent_name="optimizer", parent_values="sgd")
    assert values_of(strategy.ask(10)) == [{"optimizer": "sgd", "momentum": 0.9}]
    assert strategy.ask(1) == []


def test_a_foreign_candidate_is_left_out():
    strategy = GridStrategy(small_space())
    strategy.tell([Trial(candidate=Candidate(values={"deep": False}, origin="elsewhere", number=3), state="failed")])
    assert len(strategy.ask(100)) == 4


def test_a_space_without_end_is_walked_lazily():
    assert len(GridStrategy(conditional_space()).ask(5)) == 5
