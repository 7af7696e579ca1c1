import json

import numpy as np
import pytest

from layersmith.errors import SpaceError, SpaceTypeError, UnknownNameError
from layersmith.space import Boolean, Choice, Condition, Fixed
from layersmith.space.entries import ENTRIES, entry_from_config, same_value


def choice(*values, **settings):
    return Choice(name="it", values=values, **settings)


class TestChoice:
    def test_the_default_is_the_first_value(self):
        assert choice("b", "a").default == "b"

    def test_the_default_is_none_where_none_may_be_chosen(self):
        assert choice("b", None).default is None

    def test_a_given_default_counts(self):
        assert choice(1, 2, None, default=2).default == 2

    @pytest.mark.parametrize(
        ("values", "ordered"), [((1, 2), True), ((0.5, 2), True), (("a", "b"), False), ((True, False), False)]
    )
    def test_numbers_are_ordered(self, values, ordered):
        assert choice(*values).ordered is ordered

    def test_numbers_need_not_be_ordered(self):
        assert choice(1, 2, ordered=False).ordered is False

    def test_a_list_with_none_has_no_order(self):
        assert choice(1, None).ordered is False

    def test_names_cannot_be_ordered(self):
        with pytest.raises(SpaceError, match=r"ordered=True with values=\['a', 'b'\]"):
            choice("a", "b", ordered=True)

    @pytest.mark.parametrize("values", [(), ("a", "a"), (1, 1.0), (None, None)])
    def test_what_makes_no_choice_is_refused(self, values):
        with pytest.raises(SpaceError, match="hyperparameter 'it' has values="):
            choice(*values)

    @pytest.mark.parametrize("values", [("a", 1), (True, 1), ([1],)])
    def test_kinds_that_cannot_be_together_are_a_type_error(self, values):
        with pytest.raises(SpaceTypeError, match="hyperparameter 'it' has values="):
            choice(*values)

    def test_a_default_that_is_none_of_the_values_is_refused(self):
        with pytest.raises(SpaceError, match=r"default='c'\n.*one of: 'a', 'b'"):
            choice("a", "b", default="c")

    def test_units_and_places(self):
        entry = choice("a", "b", "c")
        assert [entry.from_unit(unit) for unit in (0.0, 0.34, 0.99, 1.0)] == ["a", "b", "c", "c"]
        assert [entry.from_unit(entry.to_unit(value)) for value in entry.values] == ["a", "b", "c"]
        assert [entry.index_of(entry.value_at(index)) for index in range(entry.size)] == [0, 1, 2]

    def test_true_is_not_one(self):
        assert choice(0, 1).contains(1)
        assert not choice(0, 1).contains(True)
        assert not choice(False, True).contains(1)

    def test_draws_are_even(self):
        rng = np.random.default_rng(0)
        draws = [choice("a", "b", "c").random(rng) for _ in range(3000)]
        assert min(draws.count(value) for value in "abc") > 900

    def test_the_grid_is_the_list(self):
        assert choice("a", "b", "c").grid(2) == ["a", "b", "c"]


class TestBoolean:
    def test_values(self):
        entry = Boolean(name="it")
        assert entry.default is False
        assert [entry.from_unit(entry.to_unit(value)) for value in entry.grid(1)] == [False, True]
        assert [entry.value_at(entry.index_of(value)) for value in (True, False)] == [True, False]
        assert {entry.random(np.random.default_rng(seed)) for seed in range(20)} == {True, False}

    def test_one_is_not_true(self):
        assert Boolean(name="it").contains(np.True_)
        assert not Boolean(name="it").contains(1)

    def test_a_default_that_is_neither_is_refused(self):
        with pytest.raises(SpaceError, match="default='yes'"):
            Boolean(name="it", default="yes")


class TestFixed:
    @pytest.mark.parametrize("value", [3, 0.5, "same", True, None])
    def test_there_is_one_value(self, value):
        entry = Fixed(name="it", value=value)
        assert entry.default == entry.random(np.random.default_rng(0)) == entry.from_unit(0.9) == value
        assert (entry.grid(5), entry.size, entry.index_of(value), entry.to_unit(value)) == ([value], 1, 0, 0.5)
        assert entry.contains(value)
        assert not entry.contains("other")
        assert entry.value_at(0) == value

    def test_a_value_that_is_not_plain_is_refused(self):
        with pytest.raises(SpaceError, match=r"value=\[1\]"):
            Fixed(name="it", value=[1])


@pytest.mark.parametrize(
    "entry", [choice(1, 2, 4, default=2), choice("a", None), Boolean(name="it"), Fixed(name="it", value=None)]
)
@pytest.mark.parametrize("conditions", [(), (Condition(name="kind", values=("conv",)),)])
def test_entries_survive_json(entry, conditions):
    fields = {name: getattr(entry, name) for name in type(entry).__dataclass_fields__}
    original = type(entry)(**{**fields, "conditions": conditions})
    config = json.loads(json.dumps(original.get_config()))
    assert entry_from_config(type(entry).__name__, config) == original


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_every_entry_can_be_rebuilt_by_name(name):
    assert ENTRIES[name].__name__ == name


def test_an_unknown_class_is_refused():
    with pytest.raises(UnknownNameError, match=r"'Integer'\n.*Boolean, Choice, Fixed, Float, Int"):
        entry_from_config("Integer", {})


def test_entries_cannot_be_changed():
    with pytest.raises(AttributeError):
        Boolean(name="it").default = True


@pytest.mark.parametrize(
    ("left", "right", "same"), [(1, 1.0, True), (1, True, False), ("1", 1, False), (None, None, True)]
)
def test_same_value(left, right, same):
    assert same_value(left, right) is same
