import json

import pytest

from layersmith.errors import SpaceError, UnknownNameError
from layersmith.space import Boolean, Condition, HyperParameters, Int


@pytest.fixture
def hp():
    return HyperParameters()


def build(hp):
    """A build function with conditions two levels deep."""
    hp.Choice("kind", ["dense", "conv"])
    with hp.conditional_scope("kind", ["conv"]):
        hp.Int("filters", 8, 64)
        hp.Boolean("pool")
        with hp.conditional_scope("pool", True):
            hp.Int("pool_size", 2, 4)
    return hp


class TestRegistration:
    def test_the_first_answer_is_the_default(self, hp):
        assert hp.Int("a", 3, 9) == 3
        assert hp.Float("b", 0.5, 1.0, default=0.75) == 0.75
        assert hp.Choice("c", ["x", "y"]) == "x"
        assert hp.Boolean("d") is False
        assert hp.Fixed("e", "same") == "same"
        assert hp.values == {"a": 3, "b": 0.75, "c": "x", "d": False, "e": "same"}
        assert [entry.name for entry in hp.space] == ["a", "b", "c", "d", "e"]

    def test_arguments_may_be_given_by_place(self, hp):
        hp.Int("a", 8, 64, 2, "log", 16)
        hp.Float("b", 0.0, 1.0, 0.25, "linear", 0.5)
        hp.Choice("c", [1, 2], False, 2)
        assert hp.values == {"a": 16, "b": 0.5, "c": 2}
        assert hp.space[0] == Int(name="a", min_value=8, max_value=64, step=2, sampling="log", default=16)

    def test_asking_again_gives_the_current_value(self, hp):
        hp.Int("a", 3, 9)
        hp.values["a"] = 7
        assert hp.Int("a", 3, 9) == 7
        assert hp.Int("a", 0, 1) == 7
        assert len(hp.space) == 1

    def test_a_value_set_before_wins_over_the_default(self, hp):
        hp.values["a"] = 5
        assert hp.Int("a", 0, 9, default=1) == 5

    def test_a_wrong_range_is_refused_and_not_registered(self, hp):
        with pytest.raises(SpaceError, match="'a' has min_value=9"):
            hp.Int("a", 9, 0)
        assert hp.space == []

    @pytest.mark.parametrize("name", ["", None])
    def test_a_name_must_not_be_empty(self, hp, name):
        with pytest.raises(SpaceError, match="is named"):
            hp.Boolean(name)

    def test_a_name_becomes_a_string(self, hp):
        with hp.name_scope(1):
            hp.Boolean(2)
        assert hp.values == {"1/2": False}

    def test_choice_takes_any_iterable(self, hp):
        assert hp.Choice("a", (value for value in "xy")) == "x"

    def test_the_list_of_entries_is_a_copy(self, hp):
        hp.Boolean("a")
        hp.space.clear()
        assert len(hp.space) == 1


class TestNameScope:
    def test_names_are_joined_by_a_slash(self, hp):
        with hp.name_scope("a"):
            hp.Boolean("x")
            with hp.name_scope("b"):
                hp.Boolean("x")
                assert hp.get("x") is False
        hp.Boolean("x")
        assert list(hp.values) == ["a/x", "a/b/x", "x"]

    def test_a_scope_ends_when_its_block_fails(self, hp):
        with pytest.raises(KeyError), hp.name_scope("a"):
            raise KeyError
        hp.Boolean("x")
        assert "x" in hp

    def test_an_empty_scope_is_refused(self, hp):
        with pytest.raises(SpaceError, match="is named ''"), hp.name_scope(""):
            pass

    def test_the_parent_of_a_condition_takes_the_scope(self, hp):
        with hp.name_scope("a"):
            hp.Choice("kind", ["x", "y"])
            with hp.conditional_scope("kind", "x"):
                assert hp.Int("n", 1, 3) == 1
        assert hp.space[1].conditions == (Condition(name="a/kind", values=("x",)),)


class TestConditions:
    def test_an_inactive_entry_is_registered_and_has_no_value(self, hp):
        hp.Choice("kind", ["dense", "conv"])
        with hp.conditional_scope("kind", ["conv"]):
            assert hp.Int("filters", 8, 64) is None
        assert [entry.name for entry in hp.space] == ["kind", "filters"]
        assert hp.values == {"kind": "dense"}

    def test_parent_name_and_values_do_the_same(self, hp):
        hp.Choice("kind", ["dense", "conv"])
        assert hp.Int("units", 8, 64, parent_name="kind", parent_values=["dense"]) == 8
        assert hp.Float("rate", 0.0, 1.0, parent_name="kind", parent_values="conv") is None
        assert hp.Choice("act", ["relu"], parent_name="kind", parent_values="conv") is None
        assert hp.Boolean("pool", parent_name="kind", parent_values="conv") is None
        assert hp.Fixed("size", 3, parent_name="kind", parent_values="conv") is None
        assert hp.values == {"kind": "dense", "units": 8}

    def test_conditions_nest(self, hp):
        hp.values = {"kind": "conv", "pool": True}
        build(hp)
        assert hp.values == {"kind": "conv", "pool": True, "filters": 8, "pool_size": 2}
        assert len(hp.space[-1].conditions) == 2

    def test_one_name_may_have_an_entry_per_condition(self, hp):
        hp.Choice("kind", ["dense", "conv"], default="conv")
        with hp.conditional_scope("kind", "dense"):
            assert hp.Int("width", 16, 128) is None
        with hp.conditional_scope("kind", "conv"):
            assert hp.Int("width", 3, 7) == 3
        assert [entry.min_value for entry in hp.space[1:]] == [16, 3]
        assert hp.is_active("width")

    def test_an_unknown_parent_is_refused(self, hp):
        hp.Boolean("deep")
        with pytest.raises(SpaceError, match=r"parent 'depth' .*not registered\n.*one of: deep"):
            hp.Int("n", 1, 3, parent_name="depth", parent_values=True)

    def test_a_scope_ends_when_its_block_fails(self, hp):
        hp.Boolean("deep")
        with pytest.raises(KeyError), hp.conditional_scope("deep", True):
            raise KeyError
        assert hp.Boolean("x") is False

    def test_is_active_by_name_and_by_entry(self, hp):
        build(hp)
        assert hp.is_active("kind")
        assert not hp.is_active("filters")
        assert not hp.is_active(hp.space[1])
        hp.values["kind"] = "conv"
        assert hp.is_active(hp.space[1])

    def test_what_is_unknown_is_not_active(self, hp):
        assert not hp.is_active("x")

    def test_is_active_takes_full_names_and_names_of_the_scope(self, hp):
        with hp.name_scope("a"):
            hp.Boolean("x")
            assert hp.is_active("x")
            assert hp.is_active("a/x")

    def test_an_entry_cannot_depend_on_itself(self, hp):
        hp.Choice("kind", ["x", "y"])
        with pytest.raises(SpaceError, match="'kind' depends on itself"):
            hp.Int("kind", 1, 3, parent_name="kind", parent_values="x")

    def test_scopes_are_noted_even_where_nothing_is_registered_inside(self, hp):
        hp.Choice("kind", ["x", "y"])
        with hp.conditional_scope("kind", "x"), hp.conditional_scope("kind", "y"):
            pass
        x, y = (Condition(name="kind", values=(value,)) for value in "xy")
        assert hp.active_scopes == [(x,)]
        assert hp.inactive_scopes == [(x, y)]
        assert hp.copy().active_scopes == []


def stack(hp):
    """A build function whose loop is a condition."""
    return [hp.Int(f"units_{layer}", 8, 64) for layer in range(hp.Int("layers", 1, 3))]


class TestImpliedConditions:
    @pytest.fixture
    def implied(self, hp):
        hp.values["layers"] = 3
        stack(hp)
        for layer in (1, 2):
            hp.imply(f"units_{layer}", Condition(name="layers", values=tuple(range(layer + 1, 4))))
        return hp

    def test_entries_are_active_where_the_condition_holds(self, implied):
        assert list(implied.values) == ["layers", "units_0", "units_1", "units_2"]
        implied.values["layers"] = 2
        implied.ensure_active_values()
        assert list(implied.values) == ["layers", "units_0", "units_1"]

    def test_a_build_function_finds_them_again(self, implied):
        for layers in (1, 2, 3):
            twin = HyperParameters.from_config(json.loads(json.dumps(implied.get_config())))
            twin.values = {"layers": layers}
            assert stack(twin) == [8] * layers
            assert twin.space == implied.space

    def test_what_is_asked_for_all_the_same_is_active(self, implied):
        implied.values = {"layers": 1}
        assert stack(implied) == [8]
        assert implied.Int("units_2", 8, 64) == 8
        assert implied.space[-1].conditions == ()

    def test_an_entry_before_its_parent_stays(self, hp):
        hp.Int("units_1", 8, 64)
        hp.Int("layers", 1, 3)
        hp.imply("units_1", Condition(name="layers", values=(2, 3)))
        assert hp.space[0].conditions == ()

    def test_the_parent_must_be_known(self, hp):
        with pytest.raises(UnknownNameError, match="'layers' does not exist"):
            hp.imply("units_1", Condition(name="layers", values=(2, 3)))


def test_requested_names_are_noted_in_order(hp):
    stack(hp)
    stack(hp)
    assert hp.requested == ["layers", "units_0"] * 2
    assert hp.copy().requested == []


class TestReading:
    def test_get_and_brackets(self, hp):
        hp.Int("units", 8, 64)
        assert hp.get("units") == hp["units"] == 8

    def test_an_inactive_name_is_refused(self, hp):
        build(hp)
        with pytest.raises(SpaceError, match="'filters' is currently inactive"):
            hp.get("filters")

    def test_an_unknown_name_is_refused_with_the_nearest(self, hp):
        hp.Int("units", 8, 64)
        with pytest.raises(KeyError, match=r"'unit' does not exist\n.*units\n.*use 'units'"):
            hp["unit"]

    def test_contains_is_about_active_names(self, hp):
        build(hp)
        assert "kind" in hp
        assert "filters" not in hp
        assert "nothing" not in hp


class TestWholes:
    def test_ensure_active_values_fills_and_drops(self, hp):
        build(hp)
        hp.values = {"kind": "conv", "pool_size": 4}
        hp.ensure_active_values()
        assert hp.values == {"kind": "conv", "filters": 8, "pool": False}

    def test_ensure_active_values_keeps_notes_of_others(self, hp):
        build(hp).values["tuner/epochs"] = 3
        hp.ensure_active_values()
        assert hp.values == {"kind": "dense", "tuner/epochs": 3}

    def test_ensure_active_values_keeps_a_namesake_that_is_active(self, hp):
        hp.Choice("kind", ["dense", "conv"])
        for kind in ("conv", "dense"):
            hp.Int("width", 3, 99, parent_name="kind", parent_values=kind)
        hp.values = {"kind": "conv", "width": 50}
        hp.ensure_active_values()
        assert hp.values == {"kind": "conv", "width": 50}

    def test_a_copy_is_independent(self, hp):
        twin = build(hp).copy()
        twin.values["kind"] = "conv"
        twin.Boolean("new")
        assert hp.values["kind"] == "dense"
        assert len(twin.space) == len(hp.space) + 1

    def test_config_survives_json(self, hp):
        build(hp).values.update(kind="conv", filters=9)
        rebuilt = HyperParameters.from_config(json.loads(json.dumps(hp.get_config())))
        assert rebuilt.space == hp.space
        assert rebuilt.values == hp.values
        assert rebuilt.get_config() == hp.get_config()

    def test_merge_adds_entries_and_their_defaults(self, hp):
        hp.Int("a", 1, 9)
        hp.values["a"] = 5
        other = HyperParameters()
        other.Int("a", 1, 9)
        other.Int("b", 2, 9)
        twin = hp.copy()
        hp.merge(other)
        twin.merge(other.space, overwrite=False)
        assert hp.values == {"a": 1, "b": 2}
        assert twin.values == {"a": 5, "b": 2}
        assert len(hp.space) == len(twin.space) == 2

    def test_merge_puts_an_entry_in_the_place_of_its_namesake(self, hp):
        hp.Int("a", 1, 9)
        other = HyperParameters()
        other.Int("a", 3, 5)
        twin = hp.copy()
        hp.merge(other)
        twin.merge(other, overwrite=False)
        assert (hp.space, hp.values) == (other.space, {"a": 3})
        assert (twin.space[0].max_value, twin.values) == (9, {"a": 1})

    def test_merge_keeps_conditions(self, hp):
        other = build(HyperParameters())
        hp.merge(other)
        assert hp.space == other.space
        assert hp.values == other.values

    def test_repr_shows_the_values(self, hp):
        hp.Boolean("deep")
        assert repr(hp) == "HyperParameters(1 entries, values={'deep': False})"


def test_entries_given_by_hand_can_be_merged(hp):
    hp.merge([Boolean(name="bias", default=True)])
    assert hp.get("bias") is True
