"""How much two models differ on the same rows: the interval of the difference, not two intervals beside each other.

Errors on one row go together, so a difference is often certain where the two intervals overlap.
"""

import numpy as np
from numpy.typing import ArrayLike

from layersmith.records import Interval
from layersmith.validation.bootstrap import bca
from layersmith.validation.metrics import align
from layersmith.validation.terms import TERMS

__all__ = ["paired_interval"]


def paired_interval(
    metric: str, y: ArrayLike, one: ArrayLike, other: ArrayLike, *, seed: int, level: float = 0.95
) -> Interval | None:
    """Return the interval of `metric(y, one) - metric(y, other)` by the bootstrap over rows.

    Args:
        metric: Name of the metric.
        y: Targets `(rows,)` or `(rows, outputs)`.
        one: Predictions of one model, in the form models give.
        other: Predictions of the other for the same rows.
        seed: Seed of the resampling.
        level: Coverage.

    Returns:
        The interval; None for metrics that are no function of row means, and where the models never differ.

    Raises:
        DataError: If targets and predictions do not fit together.

    Example:
        >>> y = np.tile([0, 1], 50)
        >>> interval = paired_interval("accuracy", y, y, np.where(np.arange(100) < 20, 1 - y, y), seed=0)
        >>> bool(0 < interval.low < 0.2 < interval.high)
        True
    """
    if metric not in TERMS:
        return None
    rows, finish = TERMS[metric].rows, TERMS[metric].finish
    ours, theirs = rows(*align(y, one)), rows(*align(y, other))
    if np.array_equal(ours, theirs):
        return None
    width = ours.shape[1]
    return bca(
        np.concatenate([ours, theirs], axis=1),
        lambda means: finish(means[..., :width]) - finish(means[..., width:]),
        units=None,
        level=level,
        num_resamples=2000,
        seed=seed,
    )
