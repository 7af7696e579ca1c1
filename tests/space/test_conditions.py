from dataclasses import replace

import pytest

from layersmith.space import Boolean, Choice, Condition, Int
from layersmith.space.conditions import declared, holds, resolve

KIND = Condition(name="kind", values=("a", "b"))
DEEP = Condition(name="deep", values=(True,))


@pytest.mark.parametrize(("values", "active"), [({"kind": "a"}, True), ({"kind": "c"}, False), ({}, False)])
def test_a_condition_asks_for_the_parents_value(values, active):
    assert KIND.is_active(values) is active


def test_none_may_be_a_parents_value():
    condition = Condition(name="kind", values=(None,))
    assert condition.is_active({"kind": None})
    assert not condition.is_active({})


def test_all_conditions_must_hold():
    assert holds((KIND, DEEP), {"kind": "a", "deep": True})
    assert not holds((KIND, DEEP), {"kind": "a", "deep": False})


@pytest.mark.parametrize("condition", [KIND, replace(KIND, implied=True)])
def test_a_condition_survives_its_config(condition):
    assert Condition.from_config(condition.get_config()) == condition


def test_declared_leaves_out_what_is_implied():
    assert declared((KIND, replace(DEEP, implied=True))) == (KIND,)


def test_a_chain_of_conditions_breaks_at_its_first_link():
    entries = [
        Boolean(name="deep"),
        Choice(name="kind", values=("a", "c"), conditions=(DEEP,)),
        Int(name="n", min_value=1, max_value=3, conditions=(KIND,)),
    ]
    assert resolve(entries, lambda entry: entry.default) == {"deep": False}
    assert resolve(entries, lambda entry: entry.value_at(0) if entry.name != "deep" else True) == {
        "deep": True,
        "kind": "a",
        "n": 1,
    }


def test_only_active_entries_are_asked_for_a_value():
    asked = []
    resolve([Boolean(name="deep"), Boolean(name="wide", conditions=(DEEP,))], asked.append)
    assert [entry.name for entry in asked] == ["deep"]


def test_of_namesakes_the_first_active_one_counts():
    entries = [
        Boolean(name="deep"),
        Int(name="n", min_value=7, max_value=9, conditions=(DEEP,)),
        Int(name="n", min_value=1, max_value=3),
        Int(name="n", min_value=4, max_value=5),
    ]
    assert resolve(entries, lambda entry: entry.default) == {"deep": False, "n": 1}
