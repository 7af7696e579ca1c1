"""The mean of scores over folds that share training rows.

Folds are not independent: with J of them the variance of their mean is taken as (1/J + test rows / training rows) S²,
and not S²/J, which is too small (Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52,
2003; with repeated folds Bouckaert and Frank, PAKDD 2004).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from layersmith.errors import DataError
from layersmith.records import Interval, Split

__all__ = ["Resampled", "held_per_train", "holm", "resampled"]


@dataclass(frozen=True, kw_only=True)
class Resampled:
    """A mean over folds with what is known of its error.

    Attributes:
        mean: Mean over the folds.
        standard_error: Its corrected standard error; NaN for a single fold.
        num_folds: Scores it is the mean of.
    """

    mean: float
    standard_error: float
    num_folds: int

    def interval(self, level: float = 0.95, *, comparisons: int = 1) -> Interval:
        """Return Student's interval; with several `comparisons`, all of them hold together (Bonferroni).

        Args:
            level: Coverage, of all comparisons together.
            comparisons: How many intervals are read at once.

        Example:
            >>> interval = resampled([0.8, 0.9, 0.7, 0.8, 0.8], held_per_train=0.25).interval()
            >>> round(interval.low, 3), round(interval.high, 3)
            (0.668, 0.932)
        """
        quantile = float(stats.t.ppf(1 - (1 - level) / (2 * comparisons), max(self.num_folds - 1, 1)))
        half = quantile * self.standard_error
        method = "corrected resampled t" + (f", Bonferroni of {comparisons}" if comparisons > 1 else "")
        return Interval(low=self.mean - half, high=self.mean + half, level=level, method=method)

    @property
    def p_value(self) -> float:
        """Probability of a mean at least so far from 0 where the expectation is 0; NaN for a single fold."""
        if self.standard_error == 0:
            return 1.0 if self.mean == 0 else 0.0
        return float(2 * stats.t.sf(abs(self.mean) / self.standard_error, max(self.num_folds - 1, 1)))


def resampled(scores: ArrayLike, *, held_per_train: float) -> Resampled:
    """Return the mean of one score (or difference of scores) per fold with its corrected error.

    Args:
        scores: One per fold, over all repeats; NaN makes mean and error NaN.
        held_per_train: Test rows per training row of a fold.

    Raises:
        DataError: If there is no score.

    Example:
        >>> differences = resampled([0.02, 0.01, 0.03, 0.02, 0.02], held_per_train=0.25)
        >>> round(differences.standard_error, 5), round(differences.p_value, 4)
        (0.00474, 0.0135)
    """
    values = np.asarray(scores, np.float64).ravel()
    if not len(values):
        raise DataError("no scores", expected="one score per fold", fix="evaluate one fold at least")
    error = math.nan
    if len(values) > 1:
        error = math.sqrt((1 / len(values) + held_per_train) * float(values.var(ddof=1)))
    return Resampled(mean=float(values.mean()), standard_error=error, num_folds=len(values))


def held_per_train(splits: Iterable[Split]) -> float:
    """Return the test rows per training row, the mean over folds.

    Example:
        >>> held_per_train([Split(train=np.arange(4), validation=np.arange(4, 5))])
        0.25
    """
    return float(np.mean([len(split.validation) / len(split.train) for split in splits]))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number (Holm, Scandinavian Journal of Statistics 6, 1979); NaN stays.

    Example:
        >>> holm([0.01, 0.04, 0.03])
        [0.03, 0.06, 0.06]
    """
    known = sorted((value, place) for place, value in enumerate(p_values) if not math.isnan(value))
    adjusted, largest = [math.nan] * len(p_values), 0.0
    for rank, (value, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(known) - rank) * value))
        adjusted[place] = largest
    return adjusted
