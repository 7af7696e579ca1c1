"""The interval of the area under the ROC curve.

Each row's part in the area (its structural component) gives the variance: DeLong, DeLong and Clarke-Pearson, Biometrics
44, 1988, by midranks as in Sun and Xu, IEEE Signal Processing Letters 21, 2014. The interval is built on the logit
scale. Rows that belong together are summed first (Obuchowski, Biometrics 53, 1997), and for a mean over classes each
row's part is the mean of its parts.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri
from scipy.stats import rankdata

from layersmith.records import Indices, Interval
from layersmith.validation.proportions import wilson

__all__ = ["area", "delong"]

_Array = NDArray[np.float64]


def area(y: _Array, p: _Array) -> tuple[float, _Array]:
    """Return the area under the ROC curve and each row's influence on it.

    Args:
        y: 0 and 1 `(rows,)`, both present.
        p: Scores `(rows,)`, higher for 1.

    Returns:
        The area, and influences `(rows,)`: their squares sum to the variance of the area.

    Example:
        >>> value, influence = area(np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.5, 0.9]))
        >>> value, round(float((influence**2).sum()), 6)
        (0.75, 0.125)
    """
    positive = y > 0.5
    num_positive, num_negative = int(positive.sum()), int((~positive).sum())
    ranks = rankdata(p)
    beaten = (ranks[positive] - rankdata(p[positive])) / num_negative
    missed = 1 - (ranks[~positive] - rankdata(p[~positive])) / num_positive
    value = float(beaten.mean())
    influence = np.empty(len(y))
    influence[positive] = (beaten - value) / math.sqrt(num_positive * max(num_positive - 1, 1))
    influence[~positive] = (missed - value) / math.sqrt(num_negative * max(num_negative - 1, 1))
    return value, influence


def delong(y: _Array, p: _Array, *, units: Indices | None = None, level: float = 0.95) -> Interval | None:
    """Return the interval of the area, or of its mean over columns.

    A perfect area has no variance to see: it gets Wilson's interval of a full score on the rows of the smaller class.

    Args:
        y: 0 and 1 `(rows,)` or `(rows, columns)`; columns of one class only are left out.
        p: Scores of the same shape.
        units: Unit of each row `(rows,)` from 0, where rows are not independent.
        level: Coverage.

    Returns:
        The interval, or `None` where a class has fewer than two rows.
    """
    truth, scores = y.reshape(len(y), -1), p.reshape(len(p), -1)
    positives = truth.sum(axis=0)
    smaller = np.minimum(positives, len(truth) - positives)
    used = np.flatnonzero(smaller > 0)
    if not len(used) or smaller[used].min() < 2:
        return None
    parts = [area(truth[:, column], scores[:, column]) for column in used]
    value = float(np.mean([part[0] for part in parts]))
    variance = _variance(np.mean([part[1] for part in parts], axis=0), units)
    if variance <= 0 or not 0 < value < 1:
        return _perfect(value, int(smaller[used].min()), level)
    half = float(ndtri(0.5 + level / 2)) * math.sqrt(variance) / (value * (1 - value))
    low, high = expit(logit(value) - half), expit(logit(value) + half)
    return Interval(low=float(low), high=float(high), level=level, method="DeLong")


def _variance(influence: _Array, units: Indices | None) -> float:
    """Return the variance from influences, summed within units first."""
    if units is None:
        return float((influence**2).sum())
    sums = np.bincount(units, weights=influence)
    return float((sums**2).sum() * len(sums) / max(len(sums) - 1, 1))


def _perfect(value: float, smaller: int, level: float) -> Interval:
    bound = wilson(round(value * smaller), smaller, level=level)
    return Interval(low=bound.low, high=bound.high, level=level, method="Wilson, on the smaller class")
