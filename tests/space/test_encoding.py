import numpy as np
import pytest

import layersmith.space
from layersmith.space import HyperParameters, fingerprint, labels


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"a": 1, "b": "x"}, {"b": "x", "a": 1}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 0.1}, {"a": np.float64(0.1)}),
        ({"a": 3}, {"a": np.int32(3)}),
        ({"a": True}, {"a": np.True_}),
        ({"a": np.str_("x")}, {"a": "x"}),
        ({"a": 0.0}, {"a": -0.0}),
    ],
)
def test_equal_candidates_share_a_fingerprint(left, right):
    assert fingerprint(left) == fingerprint(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": "1"}),
        ({"a": None}, {}),
        ({"a": None}, {"a": "null"}),
        ({"a": 0.1}, {"a": 0.1 + 1e-12}),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}),
    ],
)
def test_different_candidates_do_not(left, right):
    assert fingerprint(left) != fingerprint(right)


def test_a_fingerprint_is_stable_across_processes():
    assert fingerprint({"units": 32, "activation": "relu"}) == "b562f1c0bb3e34535da15c544e1c2d49"


def test_labels_name_the_conditions_of_namesakes_only():
    hp = HyperParameters()
    hp.Boolean("deep")
    hp.Choice("kind", ["a", "b", "c"])
    hp.Int("n", 1, 2)
    hp.Int("m", 1, 2, parent_name="deep", parent_values=True)
    for kinds in (["a", "b"], ["c"]):
        with hp.conditional_scope("deep", True):
            hp.Int("width", 1, 2, parent_name="kind", parent_values=kinds)
    assert labels(hp.space) == ["deep", "kind", "n", "m", "width [deep=True, kind=a|b]", "width [deep=True, kind=c]"]


def test_exported_names_are_there_and_sorted():
    names = layersmith.space.__all__
    assert names == sorted(names)
    assert all(hasattr(layersmith.space, name) for name in names)
