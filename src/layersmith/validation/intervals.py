"""A metric on rows no decision has seen, with its interval.

accuracy, subset accuracy       Wilson (`proportions`)
areas under ROC curves          DeLong (`delong`)
mean errors                     bootstrap-t over rows or clusters (`bootstrap`)
everything else, and rows       BCa bootstrap over rows or clusters; moving blocks in time order (`bootstrap`)
that are not independent
"""

import math
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layersmith.errors import DataError
from layersmith.records import Indices, Interval, Score
from layersmith.validation.bootstrap import bca, bootstrap_t, moving_blocks
from layersmith.validation.delong import delong
from layersmith.validation.groups import codes
from layersmith.validation.metrics import align, metric_named
from layersmith.validation.proportions import wilson
from layersmith.validation.terms import TERMS

__all__ = ["score", "with_extra"]

_Array = NDArray[np.float64]
_PROPORTIONS = ("accuracy", "subset_accuracy")


def score(
    metric: str,
    y: ArrayLike,
    p: ArrayLike,
    *,
    seed: int,
    level: float = 0.95,
    clusters: ArrayLike | None = None,
    ordered: bool = False,
    num_resamples: int = 2000,
) -> Score:
    """Return a metric with its interval.

    Args:
        metric: Name of the metric.
        y: Targets `(rows,)` or `(rows, outputs)`.
        p: Predictions in the form models give.
        seed: Seed of the resampling.
        level: Coverage of the interval.
        clusters: Id per row `(rows,)`, equal for rows that belong together (copies, groups): resampled whole.
        ordered: Rows are in time order: resampled in blocks. Blocks span the horizon of a forecast at least; a single
            window is resampled by its steps.
        num_resamples: Resamples of a bootstrap.

    Raises:
        UnknownNameError: If there is no such metric.
        DataError: If targets, predictions and clusters do not fit together, or `level` is not a share.

    Example:
        >>> result = score("accuracy", [0, 1, 1, 0], [0.1, 0.9, 0.8, 0.7], seed=0)
        >>> result.value, result.interval.method, round(result.interval.low, 3)
        (0.75, 'Wilson', 0.301)
    """
    if not 0 < level < 1 or num_resamples < 1:
        got = f"a level of {level} and {num_resamples} resamples"
        raise DataError(got, expected="a level between 0 and 1, and resamples", fix="use level=0.95")
    value = metric_named(metric).compute(y, p)
    target, prediction = align(y, p)
    units = None if clusters is None else codes("clusters", clusters)
    if units is not None and len(units) != len(target):
        got = f"{len(units):,} cluster ids for {len(target):,} rows"
        raise DataError(got, expected="one per row", fix="give the clusters of these rows")
    if units is not None and len(units) and int(units.max()) + 1 == len(units):
        units = None  # every row is a cluster of its own
    interval = None
    if not math.isnan(value):
        interval = _interval(metric, target, prediction, units, ordered, level, (num_resamples, seed))
    return Score(metric=metric, value=value, num_rows=len(target), interval=interval)


def with_extra(result: Score, y: ArrayLike, p: ArrayLike, metrics: Iterable[str]) -> Score:
    """Return `result` with further metrics of the same rows.

    Example:
        >>> result = score("rmse", [1.0, 2.0, 4.0], [1.0, 3.0, 3.0], seed=0)
        >>> sorted(with_extra(result, [1.0, 2.0, 4.0], [1.0, 3.0, 3.0], ("rmse", "mae", "r2")).extra)
        ['mae', 'r2']
    """
    extra = {name: metric_named(name).compute(y, p) for name in metrics if name != result.metric}
    return Score(
        metric=result.metric, value=result.value, num_rows=result.num_rows, interval=result.interval, extra=extra
    )


def _interval(
    metric: str,
    y: _Array,
    p: _Array,
    units: Indices | None,
    ordered: bool,
    level: float,
    resampling: tuple[int, int],
) -> Interval | None:
    """Choose the method; `resampling` is the number of resamples and the seed."""
    length = _block_length(y)
    if metric not in TERMS:
        truth = y if p.ndim == 1 or y.ndim == 2 else (y[:, None] == np.arange(p.shape[1])).astype(np.float64)
        return delong(truth, p, units=np.arange(len(y)) // length if ordered else units, level=level)
    if metric in _PROPORTIONS:
        share = float(TERMS[metric].rows(y, p).mean())
        if units is None and not ordered:
            return wilson(share * len(y), len(y), level=level)
        if share in (0.0, 1.0):  # no resample would differ: count the independent parts instead
            parts = max(1, len(y) // length) if ordered or units is None else int(units.max()) + 1
            return wilson(share * parts, parts, level=level)
    if ordered and len(y) == 1 and y.ndim == 2:  # one window of a forecast: its steps are the rows
        y, p = y[0], p[0]
        length = _block_length(y)
    terms, finish = TERMS[metric].rows(y, p), TERMS[metric].finish
    num_resamples, seed = resampling
    if ordered:
        return moving_blocks(terms, finish, length=length, level=level, num_resamples=num_resamples, seed=seed)
    if terms.shape[1] == 1 and metric not in _PROPORTIONS:
        ends = bootstrap_t(terms[:, 0], units=units, level=level, num_resamples=num_resamples, seed=seed)
        return None if ends is None else _of_error(ends, finish, level)
    return bca(terms, finish, units=units, level=level, num_resamples=num_resamples, seed=seed)


def _of_error(ends: tuple[float, float], finish: Callable[[_Array], _Array], level: float) -> Interval:
    """Return the interval of a metric that grows with a mean error, from the ends of the mean's."""
    low, high = (float(finish(np.array([max(end, 0.0)]))) for end in ends)
    return Interval(low=low, high=high, level=level, method="bootstrap-t")


def _block_length(y: _Array) -> int:
    """Return the rows of a block: the cube root of their number, at least the outputs of one, at most half."""
    outputs = int(y.shape[1]) if y.ndim == 2 else 1
    root = math.ceil(math.cbrt(len(y)))
    return max(1, min(max(root, outputs), len(y) // 2))
