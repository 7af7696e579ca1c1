"""Rows that are the same: found by hashing, verified value by value."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.records import Indices

__all__ = ["duplicate_ids", "twins_of"]

_CHUNK = 2048


def duplicate_ids(x: "pd.DataFrame | NDArray[Any]", y: NDArray[Any]) -> Indices:
    """Return `(rows,)` ids; rows with the same features and the same target share one.

    Args:
        x: Features, a frame or an array `(rows, ...)`.
        y: Encoded targets `(rows,)` or `(rows, outputs)`.

    Example:
        >>> duplicate_ids(np.array([[1, 2], [3, 4], [1, 2]]), np.array([0, 0, 0])).tolist()
        [0, 1, 0]
    """
    targets = y.reshape(len(y), -1)
    with np.errstate(over="ignore"):
        keys = _feature_hashes(x) * np.uint64(31) + _row_hashes(targets)
    ids, _ = pd.factorize(keys)
    return _verified(ids.astype(np.int64), lambda rows, others: _equal(x, targets, rows, others))


def _feature_hashes(x: "pd.DataFrame | NDArray[Any]") -> NDArray[np.uint64]:
    if isinstance(x, pd.DataFrame):
        return np.asarray(pd.util.hash_pandas_object(x, index=False), dtype=np.uint64)
    return _row_hashes(x)


def _row_hashes(array: NDArray[Any]) -> NDArray[np.uint64]:
    """Hash each row, a few thousand at a time so that memory stays bounded."""
    flat = array.reshape(len(array), -1)
    weights = np.random.default_rng(0).integers(1, 2**63, flat.shape[1], dtype=np.uint64) | np.uint64(1)
    hashes = np.empty(len(flat), dtype=np.uint64)
    for start in range(0, len(flat), _CHUNK):
        part = np.ascontiguousarray(flat[start : start + _CHUNK])
        mixed = pd.util.hash_array(part.reshape(-1), categorize=False).reshape(part.shape)
        hashes[start : start + _CHUNK] = (mixed * weights).sum(axis=1)
    return hashes


def _equal(x: "pd.DataFrame | NDArray[Any]", y: NDArray[Any], rows: Indices, others: Indices) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = (y[rows] == y[others]).all(axis=1)
    if not isinstance(x, pd.DataFrame):
        flat = x.reshape(len(x), -1)
        return same & _same(flat[rows], flat[others]).all(axis=1)
    for name in x.columns:
        column = x[name]
        codes, _ = pd.factorize(column)
        same &= codes[rows] == codes[others]
    return same


def _same(left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.bool_]:
    equal: NDArray[np.bool_] = left == right
    return equal | (np.isnan(left) & np.isnan(right)) if left.dtype.kind == "f" else equal


def _verified(ids: Indices, equal: Callable[[Indices, Indices], NDArray[np.bool_]]) -> Indices:
    """Give rows that share a hash by accident an id of their own."""
    first = np.full(int(ids.max()) + 1, -1, dtype=np.int64)
    first[ids[::-1]] = np.arange(len(ids))[::-1]
    copies = np.flatnonzero(first[ids] != np.arange(len(ids)))
    if not len(copies):
        return ids
    wrong = copies[~equal(copies, first[ids[copies]])]
    ids = ids.copy()
    ids[wrong] = ids.max() + 1 + np.arange(len(wrong))
    return ids


def twins_of(duplicates: Indices, holdout: Indices) -> Indices:
    """Return the rows outside `holdout` that are identical to a row in it.

    Example:
        >>> twins_of(np.array([0, 1, 0, 2]), np.array([2])).tolist()
        [0]
    """
    outside = np.setdiff1d(np.arange(len(duplicates)), holdout)
    return outside[np.isin(duplicates[outside], duplicates[holdout])]
