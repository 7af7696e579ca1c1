import numpy as np
import pytest

from layersmith.errors import SpaceError
from layersmith.space import (
    HyperParameters,
    active,
    complete,
    enumerate_space,
    fingerprint,
    is_finite,
    sample,
    validate,
)


@pytest.fixture
def space():
    hp = HyperParameters()
    hp.Choice("kind", ["dense", "conv"])
    hp.Int("units", 8, 10, parent_name="kind", parent_values="dense")
    with hp.conditional_scope("kind", "conv"):
        hp.Boolean("pool")
        hp.Choice("pool_size", [2, 4], parent_name="pool", parent_values=True)
    return hp


class TestSample:
    def test_draws_are_candidates_of_the_space(self, space):
        for seed in range(50):
            validate(space, sample(space, np.random.default_rng(seed)))

    def test_the_same_generator_state_gives_the_same_candidate(self, space):
        first, second = (sample(space, np.random.default_rng(3)) for _ in range(2))
        assert first == second

    def test_the_spaces_own_values_are_left_alone(self, space):
        before = dict(space.values)
        sample(space, np.random.default_rng(0))
        assert space.values == before

    def test_all_candidates_turn_up(self, space):
        rng = np.random.default_rng(0)
        found = {fingerprint(sample(space, rng)) for _ in range(300)}
        assert found == set(map(fingerprint, enumerate_space(space)))


class TestComplete:
    def test_defaults_fill_what_is_missing(self, space):
        assert complete(space, {}) == {"kind": "dense", "units": 8}
        assert complete(space, {"kind": "conv", "pool": True}) == {"kind": "conv", "pool": True, "pool_size": 2}

    def test_inactive_values_are_dropped(self, space):
        assert complete(space, {"units": 9, "pool": True, "pool_size": 4}) == {"kind": "dense", "units": 9}

    def test_an_unknown_name_is_refused_with_the_nearest(self, space):
        with pytest.raises(SpaceError, match=r"'unit'\n.*kind, units, pool, pool_size\n.*use 'units'"):
            complete(space, {"unit": 9})

    def test_active_adds_nothing(self, space):
        assert active(space, {"kind": "conv", "units": 9, "pool": False, "pool_size": 4}) == {
            "kind": "conv",
            "pool": False,
        }


class TestValidate:
    def test_a_whole_candidate_passes(self, space):
        validate(space, {"kind": "conv", "pool": True, "pool_size": 4})

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"kind": "lstm"}, r"'kind' has the value 'lstm'\n.*'dense', 'conv'"),
            ({"kind": "dense", "units": 11}, r"'units' has the value 11\n.*from 8 to 10"),
            ({"kind": "dense"}, r"'units' has no value\n.*from 8 to 10"),
            ({"kind": "dense", "units": 8, "pool": True}, r"'pool' has the value True, but is inactive\n.*kind, units"),
            ({"kind": "dense", "units": 8, "colour": 1}, r"no hyperparameter 'colour'"),
        ],
    )
    def test_what_is_wrong_is_named_with_value_and_range(self, space, values, said):
        with pytest.raises(SpaceError, match=said):
            validate(space, values)

    def test_an_empty_space_holds_the_empty_candidate_only(self):
        validate(HyperParameters(), {})
        with pytest.raises(SpaceError, match="no hyperparameter at all"):
            validate(HyperParameters(), {"a": 1})


class TestEnumerate:
    def test_every_candidate_comes_once_in_order(self, space):
        assert list(enumerate_space(space)) == [
            {"kind": "dense", "units": 8},
            {"kind": "dense", "units": 9},
            {"kind": "dense", "units": 10},
            {"kind": "conv", "pool": False},
            {"kind": "conv", "pool": True, "pool_size": 2},
            {"kind": "conv", "pool": True, "pool_size": 4},
        ]

    def test_a_coarse_grid_takes_a_few_values_of_each(self):
        hp = HyperParameters()
        hp.Float("rate", 0.0, 1.0)
        hp.Int("units", 1, 100)
        grid = list(enumerate_space(hp, num_values=3))
        assert len(grid) == 9
        assert grid[0] == {"rate": 0.0, "units": 1}
        assert grid[-1] == {"rate": 1.0, "units": 100}

    def test_an_endless_entry_is_refused_at_once(self):
        hp = HyperParameters()
        hp.Float("rate", 0.0, 1.0)
        with pytest.raises(SpaceError, match=r"'rate' is a number from 0.0 to 1.0 .*\n.*a step"):
            enumerate_space(hp)

    def test_a_huge_space_is_listed_lazily(self):
        hp = HyperParameters()
        for index in range(30):
            hp.Int(f"n{index}", 0, 9)
        assert len(next(iter(enumerate_space(hp)))) == 30

    def test_an_empty_space_has_one_candidate(self):
        assert list(enumerate_space(HyperParameters())) == [{}]


def test_a_space_is_finite_without_continuous_entries(space):
    assert is_finite(space)
    space.Float("rate", 0.0, 1.0, step=0.5)
    assert is_finite(space)
    space.Float("momentum", 0.0, 1.0)
    assert not is_finite(space)
