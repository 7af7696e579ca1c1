"""Arrays as they come in: one checked NumPy array, or an error that says where it is wrong."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.errors import DataError
from layersmith.records import Indices

__all__ = ["check_finite", "check_indices", "check_lengths", "check_no_missing", "to_array"]

_FLOAT32_MAX = float(np.finfo(np.float32).max)


def to_array(value: Any, what: str) -> NDArray[Any]:
    """Return `value` as an array of numbers, booleans, strings or dates.

    Args:
        value: An array, a tensor of any library, or nested lists.
        what: How messages call it: `x`, `y`.

    Raises:
        DataError: If it is ragged, complex, empty, or holds Python objects.

    Example:
        >>> to_array([[1, 2], [3, 4]], "x").shape
        (2, 2)
    """
    array = _convert(value, what)
    if array.dtype.kind == "c":
        raise DataError(f"{what} holds complex numbers", expected="real numbers", fix=f"pass abs({what})")
    if array.dtype.kind == "O":
        array = _from_objects(array, what)
    if array.dtype.kind == "V":
        got = f"{what} is a structured array {array.dtype}"
        raise DataError(got, expected="a plain array", fix="make it a pandas DataFrame")
    if array.ndim == 0 or array.size == 0:
        raise DataError(f"{what} has shape {array.shape}", expected="at least one row", fix="check how it was loaded")
    return array


def _convert(value: Any, what: str) -> NDArray[Any]:
    if hasattr(value, "detach"):  # a torch tensor may sit on a device or carry gradients
        value = value.detach().cpu()
    try:
        return np.asarray(value)
    except (ValueError, TypeError) as error:
        fix = "pad or cut the rows to one length, or resize the images to one size"
        raise DataError(f"{what} is ragged: {error}", expected="rows of one shape", fix=fix) from error


def _from_objects(array: NDArray[Any], what: str) -> NDArray[Any]:
    """Object arrays of plain scalars are common (`frame.values`); those of lists are ragged rows."""
    nested = next((entry for entry in array.flat if isinstance(entry, list | tuple | dict | set | np.ndarray)), None)
    if nested is not None:
        fix = "pad or cut the rows to one length, or pass a DataFrame with plain columns"
        got = f"{what} has object dtype and holds a {type(nested).__name__}: the rows are ragged"
        raise DataError(got, expected="rows of one shape", fix=fix)
    if array.ndim == 1:
        return array
    try:
        return array.astype(np.float64)
    except (ValueError, TypeError) as error:
        got = f"{what} has object dtype and holds values that are not numbers ({error})"
        raise DataError(got, expected="an array of numbers", fix="pass a DataFrame with one type per column") from error


def check_finite(array: NDArray[Any], what: str) -> None:
    """Raise where a number is infinite or too large for float32; NaN is let through.

    Raises:
        DataError: Naming the first such index.
    """
    if array.dtype.kind not in "fiu" or array.dtype.itemsize == 1:
        return
    infinite = np.abs(array.astype(np.float64, copy=False)) > _FLOAT32_MAX
    if infinite.any():
        index = tuple(int(i) for i in np.argwhere(infinite)[0])
        got = f"{what} holds {int(infinite.sum())} infinite value(s), the first at index {list(index)}"
        raise DataError(got, expected="finite float32 numbers", fix="replace them, or mark them missing with NaN")


def check_no_missing(array: NDArray[Any], what: str) -> None:
    """Raise where a number is NaN.

    Raises:
        DataError: With the count and the first index.
    """
    if array.dtype.kind != "f":
        return
    missing = np.isnan(array)
    if missing.any():
        index = [int(i) for i in np.argwhere(missing)[0]]
        got = f"{what} holds {int(missing.sum())} missing value(s), the first at index {index}"
        raise DataError(got, expected="a number everywhere", fix="fill the gaps (interpolate) or drop those rows")


def check_lengths(num_x: int, num_y: int, what: str = "y") -> None:
    """Raise unless x and `what` have as many rows.

    Raises:
        DataError: With both numbers.
    """
    if num_x != num_y:
        fix = f"check that x and {what} come from the same rows"
        raise DataError(f"x has {num_x} rows and {what} has {num_y}", expected="one entry per row", fix=fix)


def check_indices(rows: Any, num_rows: int, what: str) -> Indices:
    """Return sorted row indices.

    Raises:
        DataError: If they are not whole numbers from 0 to `num_rows - 1`, each at most once, or none is given.

    Example:
        >>> check_indices([2, 0], 3, "test")
        array([0, 2])
    """
    indices = np.asarray(rows)
    expected = f"row indices from 0 to {num_rows - 1}"
    if indices.ndim != 1 or indices.dtype.kind not in "iu":
        got = f"{what} is {indices.dtype} of shape {indices.shape}"
        raise DataError(got, expected=expected, fix="store row numbers, for example np.flatnonzero(mask)")
    if not len(indices):
        raise DataError(f"{what} names no row", expected=expected, fix=f"name at least one {what} row, or leave it out")
    low, high = int(indices.min()), int(indices.max())
    if low < 0 or high >= num_rows:
        got = f"{what} holds index {low if low < 0 else high} out of range"
        raise DataError(got, expected=expected, fix=f"check which rows {what} was made for")
    unique = np.unique(indices).astype(np.int64)
    if len(unique) < len(indices):
        got = f"{what} names {len(indices) - len(unique)} row(s) twice"
        raise DataError(got, expected="each row once", fix="use np.unique")
    return unique
