import numpy as np
import pytest

from layersmith.data.arrays import check_finite, check_indices, check_lengths, check_no_missing, to_array
from layersmith.errors import DataError


class Tensor:
    def detach(self):
        return self

    def cpu(self):
        return np.arange(4)


def test_lists_and_tensors():
    assert to_array([[1, 2], [3, 4]], "x").shape == (2, 2)
    assert to_array(Tensor(), "x").tolist() == [0, 1, 2, 3]


def test_objects_that_are_numbers_become_floats():
    assert to_array(np.array([[1, None], [2.5, 3]], dtype=object), "x").dtype == np.float64
    assert to_array(np.array(["a", 1], dtype=object), "y").dtype == object


@pytest.mark.parametrize("value", [5, [], np.zeros((0, 2)), np.zeros((2, 0))])
def test_nothing_is_refused(value):
    with pytest.raises(DataError, match="x has shape"):
        to_array(value, "x")


def test_first_bad_value_is_named():
    array = np.ones((4, 3))
    check_finite(array, "x")
    array[2, 1] = -np.inf
    with pytest.raises(DataError, match=r"1 infinite value\(s\), the first at index \[2, 1\]"):
        check_finite(array, "x")
    array[2, 1] = np.nan
    check_finite(array, "x")
    with pytest.raises(DataError, match=r"1 missing value\(s\), the first at index \[2, 1\]"):
        check_no_missing(array, "x")


def test_what_float32_cannot_hold_is_infinite():
    check_finite(np.array([3e38]), "x")
    with pytest.raises(DataError, match="infinite"):
        check_finite(np.array([4e38]), "x")


def test_integers_and_text_have_no_gaps():
    check_finite(np.array([255], dtype=np.uint8), "x")
    check_finite(np.array(["inf"]), "x")
    check_no_missing(np.array([1, 2]), "x")


def test_lengths():
    check_lengths(3, 3)
    with pytest.raises(DataError, match="x has 3 rows and group has 4"):
        check_lengths(3, 4, "group")


def test_indices_are_sorted_int64():
    indices = check_indices(np.array([3, 0], dtype=np.uint8), 4, "test")
    assert indices.tolist() == [0, 3]
    assert indices.dtype == np.int64


@pytest.mark.parametrize("rows", [[4], [-1], [0, 0], [], [0.0], [[0]], [True, False]])
def test_bad_indices(rows):
    with pytest.raises(DataError, match="test"):
        check_indices(rows, 4, "test")
