import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from layersmith.data import duplicates
from layersmith.data.duplicates import duplicate_ids, twins_of


def same_partition(left, right):
    return ((left[:, None] == left) == (right[:, None] == right)).all()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=30))
def test_ids_are_equality_of_rows(rows):
    table = np.array(rows)
    by_value = np.array([rows.index(row) for row in rows])
    assert same_partition(duplicate_ids(table[:, :2], table[:, 2]), by_value)
    assert same_partition(duplicate_ids(pd.DataFrame(table[:, :2]), table[:, 2]), by_value)


def test_missing_values_are_equal():
    x = np.array([[np.nan, 1], [np.nan, 1], [0, 1]], dtype=np.float32)
    assert duplicate_ids(x, np.zeros(3)).tolist() == [0, 0, 1]
    frame = pd.DataFrame({"a": x[:, 0], "b": ["s", "s", "t"]})
    assert duplicate_ids(frame, np.zeros(3)).tolist() == [0, 0, 1]


def test_order_of_columns_matters():
    assert len(set(duplicate_ids(np.array([[1, 2], [2, 1]]), np.zeros(2)))) == 2


def test_targets_of_several_columns():
    x = np.zeros((3, 1))
    assert duplicate_ids(x, np.array([[0, 1], [0, 1], [1, 0]])).tolist() == [0, 0, 1]


def test_images_in_chunks(monkeypatch):
    monkeypatch.setattr(duplicates, "_CHUNK", 2)
    x = np.random.default_rng(0).integers(0, 255, (7, 8, 8, 1), dtype=np.uint8)
    x[5] = x[1]
    assert duplicate_ids(x, np.zeros(7)).tolist() == [0, 1, 2, 3, 4, 1, 5]


def test_rows_that_only_share_a_hash_are_told_apart(monkeypatch):
    monkeypatch.setattr(duplicates, "_row_hashes", lambda array: np.zeros(len(array), dtype=np.uint64))
    ids = duplicate_ids(np.array([[1], [2], [1], [3]]), np.zeros(4))
    assert ids[0] == ids[2]
    assert len(set(ids.tolist())) == 3


def test_twins():
    ids = np.array([0, 1, 0, 2, 1, 1])
    assert twins_of(ids, np.array([2, 5])).tolist() == [0, 1, 4]
    assert twins_of(ids, np.array([3])).tolist() == []
