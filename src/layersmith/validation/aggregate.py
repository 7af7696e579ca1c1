"""Folds taken together: one score of all rows, the mean over folds, and what is noise between scores."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from layersmith.errors import DataError
from layersmith.records import Indices
from layersmith.validation.metrics import metric_named

__all__ = ["FoldMean", "fold_mean", "noise", "out_of_fold", "pooled"]


@dataclass(frozen=True, kw_only=True)
class FoldMean:
    """The mean of one score per fold.

    Attributes:
        mean: Mean over the folds.
        standard_error: Standard deviation between folds over the root of their number; NaN for a single fold. Folds
            share training rows, so it is somewhat too small (Bengio and Grandvalet, JMLR 5, 2004).
        num_folds: Number of folds with a score.
    """

    mean: float
    standard_error: float
    num_folds: int


def fold_mean(scores: Iterable[float]) -> FoldMean:
    """Return the mean and standard error of one score per fold; folds whose score is NaN make both NaN.

    Raises:
        DataError: If there is no score.

    Example:
        >>> fold_mean([1.0, 2.0, 3.0]).mean
        2.0
    """
    values = np.fromiter(scores, np.float64)
    if not len(values):
        raise DataError("no scores", expected="one score per fold", fix="evaluate one fold at least")
    error = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return FoldMean(mean=float(values.mean()), standard_error=error, num_folds=len(values))


def out_of_fold(parts: Sequence[tuple[Indices, ArrayLike]]) -> tuple[Indices, np.ndarray]:
    """Return the validated rows, ascending, and their predictions.

    Args:
        parts: For each fold its validation rows `(rows,)` and their predictions `(rows, ...)`. A row validated more
            than once (repeated folds) gets its mean prediction.

    Raises:
        DataError: If there are no parts, or rows and predictions differ in number.

    Example:
        >>> rows, p = out_of_fold([(np.array([2, 0]), [0.2, 0.0]), (np.array([1]), [0.1])])
        >>> rows.tolist(), p.tolist()
        ([0, 1, 2], [0.0, 0.1, 0.2])
    """
    if not parts or any(len(rows) != len(np.asarray(p)) for rows, p in parts):
        got = f"{len(parts)} parts, of {[(len(rows), len(np.asarray(p))) for rows, p in parts]} rows and predictions"
        raise DataError(got, expected="folds with a prediction per row", fix="predict the validation rows of each fold")
    rows = np.concatenate([rows for rows, _ in parts])
    predictions = np.concatenate([np.asarray(p, np.float64) for _, p in parts])
    unique, place, times = np.unique(rows, return_inverse=True, return_counts=True)
    sums = np.zeros((len(unique), *predictions.shape[1:]))
    np.add.at(sums, place, predictions)
    return unique.astype(np.int64), sums / times.reshape(-1, *[1] * (predictions.ndim - 1))


def pooled(metric: str, y: ArrayLike, parts: Sequence[tuple[Indices, ArrayLike]]) -> float:
    """Return the metric of all out-of-fold predictions taken together.

    Args:
        metric: Name of the metric.
        y: Targets of all rows, indexed by the rows in `parts`.
        parts: As for `out_of_fold`.

    Example:
        >>> pooled("accuracy", [0, 1, 1], [(np.array([0, 1]), [0.1, 0.9]), (np.array([2]), [0.2])])
        0.6666666666666666
    """
    rows, predictions = out_of_fold(parts)
    return metric_named(metric).compute(np.asarray(y)[rows], predictions)


def noise(scores: Sequence[Sequence[float]] | Sequence[float]) -> float:
    """Return the standard deviation of a score between repeats of the same candidate.

    Args:
        scores: Scores of one candidate over folds or seeds, or one such sequence per candidate: then the variances are
            pooled by their degrees of freedom. Scores that are not finite are left out.

    Returns:
        The standard deviation, in the unit of the score; NaN where no candidate has two scores.

    Example:
        >>> round(noise([[1.0, 3.0], [11.0, 13.0]]), 3)
        1.414
    """
    rows = [np.atleast_1d(np.asarray(row, np.float64)) for row in scores]
    if rows and all(np.ndim(row) == 0 for row in scores):
        rows = [np.concatenate(rows)]
    finite = [row[np.isfinite(row)] for row in rows]
    freedom = sum(max(len(row) - 1, 0) for row in finite)
    squares = sum(float(((row - row.mean()) ** 2).sum()) for row in finite if len(row))
    return math.sqrt(squares / freedom) if freedom else math.nan
