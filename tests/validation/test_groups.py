"""Rows that belong together get one id."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.errors import SplitError
from layersmith.validation.groups import codes, linked


def _components(duplicates: list[int], groups: list[int]) -> list[set[int]]:
    """Connected components the slow way."""
    parts: list[set[int]] = []
    for row in range(len(duplicates)):
        mine = {row}
        for part in list(parts):
            if any(duplicates[row] == duplicates[other] or groups[row] == groups[other] for other in part):
                mine |= part
                parts.remove(part)
        parts.append(mine)
    return parts


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=25))
def test_linked_rows_are_the_connected_components(pairs: list[tuple[int, int]]) -> None:
    duplicates, groups = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    ids = linked(duplicates, groups)
    found = {frozenset(np.flatnonzero(ids == each).tolist()) for each in np.unique(ids)}
    assert found == {frozenset(part) for part in _components(duplicates, groups)}
    assert sorted(set(ids.tolist())) == list(range(len(found)))


def test_a_chain_links_its_ends() -> None:
    assert linked([0, 0, 1, 1], [5, 6, 6, 7]).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("duplicates", "groups"), [([3, 3, 9], None), (None, ["a", "a", "b"])])
def test_one_of_both_is_enough(duplicates: list[int] | None, groups: list[str] | None) -> None:
    assert linked(duplicates, groups).tolist() == [0, 0, 1]


def test_no_rows_give_no_ids() -> None:
    assert linked([], []).tolist() == []


@pytest.mark.parametrize(
    ("duplicates", "groups", "got"),
    [
        (None, None, "no duplicates and no groups"),
        ([0, 1], [0, 1, 2], "2 duplicate ids and 3 groups"),
        ([[0], [1]], None, "duplicates of shape (2, 1)"),
        (None, np.array(["a", 1], dtype=object), "groups of mixed types"),
    ],
)
def test_bad_ties_are_refused(duplicates: object, groups: object, got: str) -> None:
    with pytest.raises(SplitError) as raised:
        linked(duplicates, groups)  # type: ignore[arg-type]
    assert got in raised.value.got
    assert raised.value.fix


def test_codes_follow_the_order_of_the_values() -> None:
    assert codes("labels", np.array([30, 10, 20, 10])).tolist() == [2, 0, 1, 0]
