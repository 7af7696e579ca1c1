"""Every exception raised on purpose."""

import builtins
import copy
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith import errors
from layersmith.errors import LayersmithError, UnknownNameError, lookup, nearest

CLASSES = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, LayersmithError)]
each = pytest.mark.parametrize("kind", CLASSES)


def example(kind):
    return kind("got 'this'", expected="that", fix="do so")


@each
def test_messages_answer_three_questions(kind):
    error = example(kind)
    assert str(error) == "got 'this'\n  expected: that\n  fix: do so"
    assert (error.got, error.expected, error.fix) == ("got 'this'", "that", "do so")


@each
def test_expected_and_fix_are_required(kind):
    with pytest.raises(TypeError):
        kind("got")
    with pytest.raises(TypeError):
        kind("got", "expected", "fix")


@each
@pytest.mark.parametrize("travel", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_errors_travel_between_processes(kind, travel):
    error = travel(example(kind))
    assert type(error) is kind
    assert str(error) == str(example(kind))
    assert error.fix == "do so"


@each
def test_every_error_is_caught_by_the_root(kind):
    with pytest.raises(LayersmithError):
        raise example(kind)


def drawn_tree():
    """Return class name to (parent, builtin parents) as the module's docstring draws it."""
    tree, stack = {}, []
    for line in errors.__doc__.splitlines():
        found = re.match(r"^ {4}([│ ├└─]*)(\w+Error)(?: \((\w+)\))?", line)
        if found:
            depth = len(found[1]) // 4
            stack = [*stack[:depth], found[2]]
            tree[found[2]] = (stack[depth - 1] if depth else "Exception", found[3])
    return tree


def test_the_tree_in_the_docstring_matches_the_classes():
    tree = drawn_tree()
    assert set(tree) == {kind.__name__ for kind in CLASSES}
    for kind in CLASSES:
        parent, builtin = tree[kind.__name__]
        assert kind.__bases__[0].__name__ == parent
        if builtin:
            assert issubclass(kind, getattr(builtins, builtin))


def test_all_is_sorted_and_complete():
    assert errors.__all__ == sorted(errors.__all__)
    assert {kind.__name__ for kind in CLASSES} <= set(errors.__all__)


def test_messages_of_builtin_parents_do_not_change_the_words():
    assert not str(example(UnknownNameError)).startswith(("'", '"'))  # KeyError quotes its message
    assert "[Errno" not in str(example(errors.RunFolderError))
    assert "[Errno" not in str(example(errors.SourceNotFoundError))


@pytest.mark.parametrize(
    ("name", "close"),
    [("incom", "income"), ("INCOME", "income"), ("aeg", "age"), ("zzzz", ""), ("", ""), ("age", "age")],
)
def test_nearest(name, close):
    assert nearest(name, ["age", "income", "city"]) == close


def test_nearest_keeps_the_case_of_the_entry():
    assert nearest("functional", ["Functional", "Sequential"]) == "Functional"


@pytest.mark.parametrize("names", [[], {}, (), iter(())])
def test_nearest_of_nothing(names):
    assert nearest("age", names) == ""


@given(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=5))
def test_nearest_is_an_entry_or_nothing(name, names):
    assert nearest(name, names) in [*names, ""]


REGISTRY = {"tpe": 1, "random": 2, "grid": 3}


def test_lookup_finds():
    assert lookup(REGISTRY, "random", "strategy") == 2


def test_a_miss_suggests_the_nearest_and_lists_all():
    with pytest.raises(UnknownNameError) as caught:
        lookup(REGISTRY, "randm", "strategy")
    assert caught.value.got == "unknown strategy 'randm'"
    assert caught.value.expected == "one of: grid, random, tpe"
    assert caught.value.fix == "use 'random'"


def test_a_far_miss_suggests_the_list():
    with pytest.raises(KeyError) as caught:
        lookup(REGISTRY, "zzzzzz", "strategy")
    assert caught.value.fix == "name a strategy from that list"


@pytest.mark.parametrize("name", [3, None, ("tpe",)])
def test_a_name_that_is_no_string_misses_politely(name):
    with pytest.raises(UnknownNameError, match="unknown strategy"):
        lookup(REGISTRY, name, "strategy")
