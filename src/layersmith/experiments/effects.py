"""How much of the score is due to which factor: effects of a designed experiment, with folds as blocks.

Each fold sees every cell, so its own difficulty drops out: effects are estimated within each fold by least squares and
then averaged. The variance left by folds is divided among the terms (type II sums of squares, which are the usual ones
where all cells are run):

    share     omega squared, (SS - df MS) / (SS_total + MS), 0 where that is negative      Hays 1963
    partial   the same beside the residual only, with its interval from the noncentral F   Steiger 2004

Folds share training rows. As for a difference of two models, variances of effects are therefore taken as
(1/J + test rows / training rows) S² (`validation.resampled`), and F is divided accordingly.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from layersmith.experiments.design import Levels, Terms, columns_of, contrasts, terms_of
from layersmith.records import Interval, Value
from layersmith.validation.resampled import resampled

__all__ = ["Effect", "Effects", "Term", "analyse"]

_Array: TypeAlias = NDArray[np.float64]
_LEVEL = 0.95
_ROUNDING = 1e-20  # of the scores' squares: less is no variance but arithmetic
_MOST = 1e6  # noncentrality beyond which a share is as good as 1


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one level does, or one pair of levels beyond what both do alone.

    Attributes:
        levels: Factor to level; two of them for an interaction.
        mean: The effect on the score: how far it lies from the mean of all levels, in the metric's unit.
        interval: Its 95 % interval; those of a term's levels hold together (Bonferroni).
    """

    levels: Mapping[str, Value]
    mean: float
    interval: Interval


@dataclass(frozen=True, kw_only=True)
class Term:
    """A factor, or two of them together.

    Attributes:
        factors: Their names.
        degrees: Degrees of freedom.
        share: Share of the variance within folds that is due to it (omega squared).
        partial: Share of what it and the noise between folds vary (partial omega squared).
        interval: The 95 % interval of `partial`.
        p_value: Of no effect; NaN where nothing varies.
        effects: Its levels' effects.
    """

    factors: tuple[str, ...]
    degrees: int
    share: float
    partial: float
    interval: Interval
    p_value: float
    effects: tuple[Effect, ...]

    @property
    def name(self) -> str:
        """The factors' names: `units × activation` for an interaction."""
        return " × ".join(self.factors)


@dataclass(frozen=True, kw_only=True)
class Effects:
    """The terms of a designed experiment.

    Attributes:
        terms: Main effects, then two-way interactions where the cells can tell them from main effects.
        noise: Share of the variance within folds that is left, 0 to 1.
        has_interactions: Whether interactions could be estimated.
    """

    terms: tuple[Term, ...]
    noise: float
    has_interactions: bool


def analyse(levels: Levels, cells: Sequence[Mapping[str, Value]], scores: _Array, *, held_per_train: float) -> Effects:
    """Divide the variance of scores among factors.

    Args:
        levels: The values of each factor.
        cells: The factors' values in each cell.
        scores: `(cells, folds)`; cells with a NaN, where training diverged, are left out.
        held_per_train: Test rows per training row of a fold.

    Returns:
        The terms; none where the cells that are left cannot tell the factors apart.

    Example:
        >>> levels = {"units": [8, 64], "activation": ["relu", "tanh"]}
        >>> cells = [{"units": units, "activation": name} for units in (8, 64) for name in ("relu", "tanh")]
        >>> noise = np.random.default_rng(0).normal(0, 0.01, (4, 5))
        >>> found = analyse(levels, cells, np.array([[0.8], [0.8], [0.9], [0.9]]) + noise, held_per_train=0.25)
        >>> [(term.name, round(term.share, 1)) for term in found.terms]
        [('units', 1.0), ('activation', 0.0), ('units × activation', 0.0)]
    """
    finite = np.flatnonzero(np.isfinite(scores).all(axis=1))
    kept, y = [cells[int(place)] for place in finite], scores[finite]
    terms = _estimable(levels, kept)
    if not terms or y.shape[1] < 2:
        return Effects(terms=(), noise=math.nan, has_interactions=False)
    fitted = _Fit(levels=levels, cells=kept, terms=terms, scores=y, held_per_train=held_per_train)
    found = tuple(fitted.term(place) for place in range(len(terms)))
    noise = max(0.0, 1 - sum(term.share for term in found))
    return Effects(terms=found, noise=noise, has_interactions=any(len(term) > 1 for term in terms))


def _estimable(levels: Levels, cells: Sequence[Mapping[str, Value]]) -> Terms:
    """Return all terms if the cells can tell them apart, else the main effects if these, else none."""
    mains: Terms = [(name,) for name in levels]
    for terms in (terms_of(levels, len(cells)), mains):
        columns = columns_of(levels, cells, terms)
        if len(cells) and np.linalg.matrix_rank(columns) == columns.shape[1]:
            return terms
    return []


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fit:
    """Least squares within each fold."""

    levels: Levels
    cells: Sequence[Mapping[str, Value]]
    terms: Terms
    scores: _Array
    held_per_train: float

    def term(self, place: int) -> Term:
        term, (num_cells, folds) = self.terms[place], self.scores.shape
        squares = folds * (
            self._residual([other for other in self.terms if other != term]) - self._residual(self.terms)
        )
        degrees, error = self._parameters([term]), self._error
        size = num_cells * folds
        inflation = 1 + folds * self.held_per_train
        ratio = squares / degrees / error / inflation if error > 0 else math.nan
        partial = degrees * (ratio * inflation - 1)
        return Term(
            factors=term,
            degrees=degrees,
            share=max(0.0, (squares - degrees * error) / (self._total + error)) if error > 0 else math.nan,
            partial=max(0.0, partial / (partial + size)) if error > 0 else math.nan,
            interval=_partial_interval(ratio, degrees, self._error_degrees, size / inflation),
            p_value=float(stats.f.sf(ratio, degrees, self._error_degrees)),
            effects=self._effects(term),
        )

    def _residual(self, terms: Terms) -> float:
        """Return the sum of squares that some terms leave of the cells' means."""
        means, columns = self.scores.mean(axis=1), columns_of(self.levels, self.cells, terms)
        return float(((means - columns @ (np.linalg.pinv(columns) @ means)) ** 2).sum())

    @property
    def _total(self) -> float:
        """The sum of squares within folds."""
        return float(((self.scores - self.scores.mean(axis=0)) ** 2).sum())

    def _parameters(self, terms: Terms) -> int:
        return sum(math.prod(len(self.levels[name]) - 1 for name in term) for term in terms)

    @property
    def _error_degrees(self) -> int:
        num_cells, folds = self.scores.shape
        return int((num_cells - 1) * folds) - self._parameters(self.terms)

    @property
    def _error(self) -> float:
        """The mean square that is left: terms differ between folds, and cells beyond what the terms say."""
        means, folds = self.scores.mean(axis=1), self.scores.shape[1]
        explained = folds * (float(((means - means.mean()) ** 2).sum()) - self._residual(self.terms))
        left = (self._total - explained) / self._error_degrees
        return left if left > _ROUNDING * float((self.scores**2).sum()) else 0.0

    def _effects(self, term: tuple[str, ...]) -> tuple[Effect, ...]:
        columns = columns_of(self.levels, self.cells, self.terms)
        coefficients = np.linalg.pinv(columns) @ self.scores  # (1 + parameters, folds)
        start = 1 + self._parameters(self.terms[: self.terms.index(term)])
        combined = [
            dict(zip(term, values, strict=True)) for values in itertools.product(*(self.levels[name] for name in term))
        ]
        coded = contrasts(self.levels, combined, term)
        by_fold = coded @ coefficients[start : start + coded.shape[1]]
        found = []
        for levels, values in zip(combined, by_fold, strict=True):
            mean = resampled(values, held_per_train=self.held_per_train)
            interval = mean.interval(_LEVEL, comparisons=len(combined))
            found.append(Effect(levels=levels, mean=mean.mean, interval=interval))
        return tuple(found)


def _partial_interval(ratio: float, degrees: int, error_degrees: int, size: float) -> Interval:
    """Return the interval of noncentrality / (noncentrality + size) for an observed F (Steiger 2004)."""
    if math.isnan(ratio):
        return Interval(low=math.nan, high=math.nan, level=_LEVEL, method="noncentral F")
    ends = [_noncentrality(ratio, degrees, error_degrees, tail) for tail in ((1 + _LEVEL) / 2, (1 - _LEVEL) / 2)]
    low, high = (end / (end + size) for end in ends)
    return Interval(low=low, high=high, level=_LEVEL, method="noncentral F")


def _noncentrality(ratio: float, degrees: int, error_degrees: int, share: float) -> float:
    """Return the noncentrality under which `share` of all F are below `ratio`; 0 where none is."""

    def miss(noncentrality: float) -> float:
        return float(stats.ncf.cdf(ratio, degrees, error_degrees, noncentrality)) - share

    if stats.f.cdf(ratio, degrees, error_degrees) <= share:
        return 0.0
    high = max(4.0, 4 * degrees * ratio)
    while miss(high) > 0 and high < _MOST:
        high *= 2
    return float(optimize.brentq(miss, 0.0, high)) if miss(high) <= 0 else high
