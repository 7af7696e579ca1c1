"""Intervals by resampling a metric of row means.

`bca` resamples independent units and corrects for bias and skewness (Efron, "Better bootstrap confidence intervals",
JASA 82, 1987). `bootstrap_t` does so for a mean, and divides each resample's by its own standard error, which holds
where a few large values carry the mean (Hall, Annals of Statistics 16, 1988; DiCiccio and Efron, Statistical Science
11, 1996). `moving_blocks` resamples stretches of rows in time order (Künsch, Annals of Statistics 17, 1989).
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from layersmith.records import Indices, Interval

__all__ = ["bca", "bootstrap_t", "moving_blocks"]

_Array = NDArray[np.float64]
_Finish = Callable[[_Array], _Array]
_CHUNK = 4_000_000  # draws held at once
_MOST_UNITS = 10_000  # more units than that are resampled in random groups of equal size


def bca(
    terms: _Array, finish: _Finish, *, units: Indices | None, level: float, num_resamples: int, seed: int
) -> Interval | None:
    """Return the bias-corrected and accelerated bootstrap interval.

    Args:
        terms: Terms per row `(rows, terms)`.
        finish: Means of terms `(..., terms)` to metric values `(...)`.
        units: Unit of each row `(rows,)` from 0 without holes, resampled whole; `None` for single rows.
        level: Coverage.
        num_resamples: Resamples.
        seed: Seed of the resampling.

    Returns:
        The interval, or `None` with fewer than two units or where the metric is mostly not defined.

    Example:
        >>> errors = np.random.default_rng(0).normal(size=(200, 1)) ** 2
        >>> interval = bca(errors, lambda means: means[:, 0], units=None, level=0.95, num_resamples=999, seed=0)
        >>> bool(interval.low < errors.mean() < interval.high)
        True
    """
    rng = np.random.default_rng(seed)
    sums = _sums(terms, units, rng)
    if len(sums) < 2:
        return None
    resampled = np.concatenate([finish(_means(counts @ sums)) for counts in _draws(len(sums), num_resamples, rng)])
    resampled = np.sort(resampled[np.isfinite(resampled)])
    if len(resampled) < num_resamples / 2:
        return None
    value = finish(_means(sums.sum(axis=0, keepdims=True)))[0]
    low, high = _quantiles(resampled, value, finish(_means(sums.sum(axis=0) - sums)), level)
    return Interval(low=low, high=high, level=level, method="BCa bootstrap")


def bootstrap_t(
    values: _Array, *, units: Indices | None, level: float, num_resamples: int, seed: int
) -> tuple[float, float] | None:
    """Return both ends of the bootstrap-t interval of a mean.

    Args:
        values: One value per row `(rows,)`.
        units: Unit of each row `(rows,)` from 0 without holes, resampled whole; `None` for single rows.
        level: Coverage.
        num_resamples: Resamples.
        seed: Seed of the resampling.

    Returns:
        The ends, or `None` with fewer than two units, or where most resamples do not vary.

    Example:
        >>> errors = np.random.default_rng(0).normal(size=200) ** 2
        >>> low, high = bootstrap_t(errors, units=None, level=0.95, num_resamples=999, seed=0)
        >>> bool(low < errors.mean() < high)
        True
    """
    rng = np.random.default_rng(seed)
    sums = _sums(values[:, None], units, rng)
    if len(sums) < 2:
        return None
    moments = np.stack([*sums.T, sums[:, 0] ** 2, sums[:, 0] * sums[:, 1], sums[:, 1] ** 2], axis=1)
    mean, error = _mean_and_error(moments.sum(axis=0))
    if error == 0:
        return float(mean), float(mean)
    means, errors = _mean_and_error(
        np.concatenate([counts @ moments for counts in _draws(len(sums), num_resamples, rng)])
    )
    varied = errors > 1e-9 * error
    if varied.sum() < num_resamples / 2:
        return None
    ends = np.quantile((means[varied] - mean) / errors[varied], [(1 + level) / 2, (1 - level) / 2])
    low, high = mean - ends * error
    return float(low), float(high)


def moving_blocks(
    terms: _Array, finish: _Finish, *, length: int, level: float, num_resamples: int, seed: int
) -> Interval | None:
    """Return the percentile interval of the moving-block bootstrap.

    Args:
        terms: Terms per row `(rows, terms)`, rows in time order.
        finish: Means of terms `(..., terms)` to metric values `(...)`.
        length: Rows of a block.
        level: Coverage.
        num_resamples: Resamples.
        seed: Seed of the resampling.

    Returns:
        The interval, or `None` where the rows hold fewer than two blocks or the metric is mostly not defined.
    """
    num_blocks = len(terms) // length
    if num_blocks < 2:
        return None
    ends = np.cumsum(np.pad(terms, ((1, 0), (0, 0))), axis=0)
    blocks = (ends[length:] - ends[:-length]) / length  # (rows - length + 1, terms)
    starts = np.random.default_rng(seed).integers(len(blocks), size=(num_resamples, num_blocks))
    means = np.stack([blocks[:, term][starts].mean(axis=1) for term in range(blocks.shape[1])], axis=1)
    resampled = finish(means)
    resampled = resampled[np.isfinite(resampled)]
    if len(resampled) < num_resamples / 2:
        return None
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2])
    return Interval(low=float(low), high=float(high), level=level, method="moving-block bootstrap")


def _mean_and_error(moments: _Array) -> tuple[_Array, _Array]:
    """Return the mean per row and its standard error `(...)`.

    Args:
        moments: Over units the sums of: their sum, their rows, and the squares and the product of both `(..., 5)`.
    """
    total, rows, square, product, rows_square = np.moveaxis(moments, -1, 0)
    mean = total / rows
    variance = square - 2 * mean * product + mean**2 * rows_square
    return mean, np.sqrt(np.maximum(variance, 0.0)) / rows


def _sums(terms: _Array, units: Indices | None, rng: np.random.Generator) -> _Array:
    """Return sums of terms and the number of rows by unit `(units, terms + 1)`."""
    rows = np.concatenate([terms, np.ones((len(terms), 1))], axis=1)
    sums = rows if units is None else _add(rows, units)
    if len(sums) <= _MOST_UNITS:
        return sums
    return _add(sums, rng.permutation(len(sums)) % _MOST_UNITS)


def _add(rows: _Array, units: Indices) -> _Array:
    return np.stack([np.bincount(units, weights=column) for column in rows.T], axis=1)


def _means(sums: _Array) -> _Array:
    """Return the means of terms `(..., terms)` from sums with the number of rows last."""
    return sums[..., :-1] / sums[..., -1:]


def _draws(num_units: int, num_resamples: int, rng: np.random.Generator) -> Iterator[_Array]:
    """Yield how often each unit was drawn `(some resamples, units)`."""
    step = max(1, _CHUNK // num_units)
    for start in range(0, num_resamples, step):
        size = min(step, num_resamples - start)
        drawn = rng.integers(num_units, size=(size, num_units), dtype=np.int64)
        drawn += np.arange(size)[:, None] * num_units
        yield np.bincount(drawn.ravel(), minlength=size * num_units).reshape(size, num_units).astype(np.float64)


def _quantiles(resampled: _Array, value: float, without: _Array, level: float) -> tuple[float, float]:
    """Return both ends: quantiles of the resamples at levels shifted for bias and acceleration.

    Args:
        resampled: Sorted metric values of the resamples.
        value: The metric on all rows.
        without: The metric without each unit (jackknife) `(units,)`.
        level: Coverage.
    """
    below = (np.searchsorted(resampled, value, "left") + np.searchsorted(resampled, value, "right")) / 2
    share = np.clip(below / len(resampled), 1 / (len(resampled) + 1), 1 - 1 / (len(resampled) + 1))
    bias = ndtri(share)
    known = without[np.isfinite(without)]
    lean = known.mean() - known if len(known) else np.zeros(1)
    scale = (lean**2).sum() ** 1.5
    acceleration = (lean**3).sum() / (6 * scale) if scale > 0 else 0.0
    z = bias + ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    slope = np.maximum(1 - acceleration * z, 1e-3)  # an extreme skew must not turn the ends around
    low, high = np.quantile(resampled, ndtr(bias + z / slope))
    return float(low), float(high)
