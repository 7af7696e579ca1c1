"""The same build functions against `HyperParameters` and against KerasTuner's."""

import json

import keras_tuner
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layersmith.space import HyperParameters, sample

NAMES = st.sampled_from("abcde")
SCALES = st.sampled_from(["linear", "log", "reverse_log", "LOG", None])


@st.composite
def whole_numbers(draw):
    low, span = draw(st.integers(1, 9)), draw(st.integers(0, 200))
    scale = draw(SCALES)
    settings = {"min_value": low, "max_value": low + span, "sampling": scale, "step": draw(st.sampled_from([2, 5]))}
    if draw(st.booleans()):
        settings["default"] = low + draw(st.integers(0, span))
    return "Int", settings


@st.composite
def real_numbers(draw):
    low, span = draw(st.sampled_from([0.5, 1e-3])), draw(st.sampled_from([0.0, 0.5, 100.0]))
    settings = {"min_value": low, "max_value": low + span, "sampling": draw(SCALES)}
    settings["step"] = draw(st.sampled_from([None, 10.0]))
    if draw(st.booleans()):
        settings["default"] = low + span / 2
    return "Float", settings


@st.composite
def lists(draw):
    values = draw(st.sampled_from([["x", "y", "z"], [1, 2, 3], [0.5, 1.5, 2.5]]))
    settings = {"values": values, "ordered": draw(st.sampled_from([None, False]))}
    if draw(st.booleans()):
        settings["default"] = values[1]
    return "Choice", settings


plain = st.one_of(
    whole_numbers(),
    real_numbers(),
    lists(),
    st.tuples(st.just("Boolean"), st.fixed_dictionaries({"default": st.booleans()})),
    st.tuples(st.just("Fixed"), st.fixed_dictionaries({"value": st.sampled_from([3, 0.5, "same", True])})),
)


def asking(names):
    return st.tuples(st.just("ask"), st.sampled_from(names), plain)


@st.composite
def scopes(draw):
    """A scope, perhaps with another in it whose parent is its own: KerasTuner refuses one from outside."""
    name, values = draw(NAMES), draw(st.sampled_from([["x"], ["y", "z"], [1, 2], [True]]))
    inside = draw(st.lists(asking("pq"), min_size=1, max_size=2))
    if draw(st.booleans()):
        deeper = draw(st.lists(asking("qr"), min_size=1, max_size=2))
        inside.append(("ask", "p", ("Choice", {"values": ["x", "y", "z"]})))
        inside.append(("under", "p", draw(st.sampled_from([["x"], ["z"]])), deeper))
    return ("under", name, values, inside) if draw(st.booleans()) else ("named", name, inside)


programs = st.lists(st.one_of(asking("abcde"), scopes()), min_size=1, max_size=6)


def run(hp, program, said):
    """Carry out a program of declarations; note what each was answered."""
    for kind, name, *rest in program:
        try:
            if kind == "ask":
                ((method, settings),) = rest
                said.append(getattr(hp, method)(name, **settings))
            elif kind == "named":
                with hp.name_scope(name):
                    run(hp, rest[0], said)
            else:
                with hp.conditional_scope(name, rest[0]):
                    run(hp, rest[1], said)
        except ValueError:
            said.append("refused")
    return said


def shown(hp):
    """Return name, class, default and conditions of each entry."""
    conditions = ([(c.name, list(c.values)) for c in entry.conditions] for entry in hp.space)
    return [(e.name, type(e).__name__, e.default, found) for e, found in zip(hp.space, conditions, strict=True)]


@settings(max_examples=150, deadline=None)
@given(program=programs, seed=st.integers(0, 9))
def test_a_program_means_the_same(program, seed):
    ours, theirs = HyperParameters(), keras_tuner.HyperParameters()
    assert run(ours, program, []) == run(theirs, program, [])
    assert shown(ours) == shown(theirs)
    assert ours.values == theirs.values
    assert list(ours.values) == list(theirs.values)
    assert (len(ours.active_scopes), len(ours.inactive_scopes)) == (
        len(theirs.active_scopes),
        len(theirs.inactive_scopes),
    )
    values = sample(ours, np.random.default_rng(seed))
    again = [ours.copy(), keras_tuner.HyperParameters.from_config(json.loads(json.dumps(theirs.get_config())))]
    for hp in again:
        hp.values = dict(values)
    assert run(again[0], program, []) == run(again[1], program, [])
    assert again[0].values == again[1].values


@settings(max_examples=50, deadline=None)
@given(program=programs)
def test_each_reads_what_the_other_has_written(program):
    ours, theirs = HyperParameters(), keras_tuner.HyperParameters()
    run(ours, program, [])
    run(theirs, program, [])
    written = [json.loads(json.dumps(hp.get_config())) for hp in (ours, theirs)]
    assert shown(HyperParameters.from_config(written[1])) == shown(ours)
    assert shown(keras_tuner.HyperParameters.from_config(written[0])) == shown(theirs)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("Int", {"min_value": 9, "max_value": 1}),
        ("Int", {"min_value": 1.5, "max_value": 9}),
        ("Int", {"min_value": 0, "max_value": 9, "sampling": "log"}),
        ("Int", {"min_value": 1, "max_value": 9, "sampling": "log", "step": 1}),
        ("Float", {"min_value": 0.0, "max_value": 1.0, "sampling": "cubic"}),
        ("Choice", {"values": []}),
        ("Choice", {"values": [1, "a"]}),
        ("Choice", {"values": [(1, 2), (3, 4)]}),
        ("Choice", {"values": ["a", "b"], "default": "c"}),
        ("Choice", {"values": ["a", "b"], "ordered": True}),
        ("Boolean", {"default": "yes"}),
        ("Fixed", {"value": [1]}),
        ("Int", {"min_value": 1, "max_value": 2, "parent_name": "nobody", "parent_values": [1]}),
        ("get", {}),
    ],
)
def test_what_is_wrong_is_the_same_kind_of_error(method, arguments):
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - whichever it is
        getattr(keras_tuner.HyperParameters(), method)("it", **arguments)
    with pytest.raises(theirs.type):
        getattr(HyperParameters(), method)("it", **arguments)
