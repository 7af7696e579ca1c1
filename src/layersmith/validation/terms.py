"""Metrics as functions of row means, which makes resampling them a matrix product.

`terms(y, p)` gives a few numbers per row, `finish` turns their means over any rows into the metric: the metric of
resampled rows needs the mean of resampled terms only. Ranking metrics have no such form; `delong` serves them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["TERMS", "Terms"]

_Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A metric as a function of means.

    Attributes:
        rows: Aligned targets and predictions to terms `(rows, terms)`.
        finish: Means `(..., terms)` to metric values `(...)`, NaN where it is not defined.
    """

    rows: Callable[[_Array, _Array], _Array]
    finish: Callable[[_Array], _Array]


def _first(means: _Array) -> _Array:
    return means[..., 0]


def _root(means: _Array) -> _Array:
    return np.asarray(np.sqrt(means[..., 0]))


def _per_row(values: _Array) -> _Array:
    """Return the mean over outputs as one term `(rows, 1)`."""
    return np.asarray(values.reshape(len(values), -1).mean(axis=1, keepdims=True))


def _hits(y: _Array, p: _Array) -> _Array:
    several = y.ndim == 1 and p.ndim == 2
    right = p.argmax(axis=1) == y if several else ((p >= 0.5) == (y > 0.5)).reshape(len(y), -1).all(axis=1)
    return np.asarray(right, np.float64)[:, None]


def _surprise(y: _Array, p: _Array) -> _Array:
    if y.ndim == 1 and p.ndim == 2:
        kept = np.clip(p, 1e-7, None)
        return _per_row(-np.log(kept[np.arange(len(y)), y.astype(np.int64)] / kept.sum(axis=1)))
    kept = np.clip(p, 1e-7, 1 - 1e-7)
    return _per_row(-np.where(y > 0.5, np.log(kept), np.log1p(-kept)))


def _percentage(y: _Array, p: _Array) -> _Array:
    return _per_row(np.abs(y - p) / np.maximum(np.abs(y), np.finfo(np.float64).eps))


def _flags(y: _Array, p: _Array) -> tuple[_Array, _Array]:
    """Return true and predicted membership `(rows, classes)`; both classes for a binary target."""
    if y.ndim == 2:
        return (y > 0.5).astype(np.float64), (p >= 0.5).astype(np.float64)
    num_classes = p.shape[1] if p.ndim == 2 else 2
    predicted = p.argmax(axis=1) if p.ndim == 2 else (p >= 0.5).astype(np.int64)
    eye = np.eye(num_classes)
    return eye[y.astype(np.int64)], eye[predicted]


def _confusion(y: _Array, p: _Array) -> _Array:
    """Return hit, true and predicted membership side by side `(rows, 3 * classes)`."""
    true, predicted = _flags(y, p)
    return np.concatenate([true * predicted, true, predicted], axis=1)


def _ratio(top: _Array, bottom: _Array, otherwise: float) -> _Array:
    """Return `top / bottom`, `otherwise` where `bottom` is 0."""
    return np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), otherwise)


def _f1(means: _Array) -> _Array:
    hit, true, predicted = np.split(means, 3, axis=-1)
    return _ratio(2 * hit, true + predicted, np.nan)  # NaN where a class is neither there nor predicted


def _binary_f1(means: _Array) -> _Array:
    return np.nan_to_num(_f1(means)[..., 1], nan=0.0)


def _macro_f1(means: _Array) -> _Array:
    each = _f1(means)
    known = ~np.isnan(each)
    return np.asarray(np.where(known, each, 0.0).sum(axis=-1) / known.sum(axis=-1))


def _micro_f1(means: _Array) -> _Array:
    hit, true, predicted = (part.sum(axis=-1) for part in np.split(means, 3, axis=-1))
    return _ratio(2 * hit, true + predicted, 0.0)


def _recall(means: _Array) -> _Array:
    hit, true, _ = np.split(means, 3, axis=-1)
    return np.asarray(_ratio(hit, true, 0.0).sum(axis=-1) / (true > 0).sum(axis=-1))


def _moments(y: _Array, p: _Array) -> _Array:
    """Return squared error, target and squared target `(rows, 3 * outputs)`, targets centred for accuracy."""
    target = (y - y.mean(axis=0)).reshape(len(y), -1)
    return np.concatenate([((y - p) ** 2).reshape(len(y), -1), target, target**2], axis=1)


def _determination(means: _Array) -> _Array:
    error, target, square = np.split(means, 3, axis=-1)
    return np.asarray((1 - _ratio(error, square - target**2, np.nan)).mean(axis=-1))


_HITS = Terms(rows=_hits, finish=_first)

TERMS: dict[str, Terms] = {
    "accuracy": _HITS,
    "balanced_accuracy": Terms(rows=_confusion, finish=_recall),
    "brier": Terms(rows=lambda y, p: _per_row((y - p) ** 2), finish=_first),
    "f1": Terms(rows=_confusion, finish=_binary_f1),
    "log_loss": Terms(rows=_surprise, finish=_first),
    "mae": Terms(rows=lambda y, p: _per_row(np.abs(y - p)), finish=_first),
    "macro_f1": Terms(rows=_confusion, finish=_macro_f1),
    "mape": Terms(rows=_percentage, finish=_first),
    "micro_f1": Terms(rows=_confusion, finish=_micro_f1),
    "r2": Terms(rows=_moments, finish=_determination),
    "rmse": Terms(rows=lambda y, p: _per_row((y - p) ** 2), finish=_root),
    "subset_accuracy": _HITS,
}
