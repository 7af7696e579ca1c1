"""How far two candidates are apart in each dimension of a space.

    unordered   0 for the same value, 1 for another                          (Hamming)
    ordered     |left - right|, positions from 0 to 1
    inactive    0 between two inactive ones; between an inactive and an active one the distance to another value
                (unordered), or 0.5 + the distance to the middle of the scale (ordered)

Each is conditionally negative definite, so that `exp(-weight * distance)` is a kernel for any weight (Schoenberg,
1938): an inactive value is one more category, or a point beside the middle of the line.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["distances"]

_BESIDE = 0.5
_MIDDLE = 0.5

Array = NDArray[np.float64]


def distances(left: Array, right: Array, unordered: NDArray[np.bool_]) -> Array:
    """Return distances `(dimensions, left rows, right rows)`.

    Args:
        left: Positions by dimension, `(dimensions, rows)`, NaN where inactive.
        right: Likewise.
        unordered: Which dimensions have no order, `(dimensions,)`.

    Example:
        >>> inactive = float("nan")
        >>> distances(np.array([[0.0], [inactive]]), np.array([[1.0], [0.5]]), np.array([False, False])).ravel()
        array([1. , 0.5])
    """
    found = np.empty((*left.shape, right.shape[1]))
    found[unordered] = _categories(left[unordered], right[unordered])
    found[~unordered] = _places(left[~unordered], right[~unordered])
    return found


def _categories(left: Array, right: Array) -> Array:
    one, other = np.nan_to_num(left, nan=-1.0), np.nan_to_num(right, nan=-1.0)
    return np.asarray(one[:, :, None] != other[:, None, :], np.float64)


def _places(left: Array, right: Array) -> Array:
    one, other = np.nan_to_num(left, nan=_MIDDLE), np.nan_to_num(right, nan=_MIDDLE)
    gap: Array = np.abs(one[:, :, None] - other[:, None, :])
    absent, missing = np.isnan(left), np.isnan(right)
    if absent.any() or missing.any():
        gap += _BESIDE * (absent[:, :, None] != missing[:, None, :])
    return gap
