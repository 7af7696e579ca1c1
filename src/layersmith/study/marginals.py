"""How the score goes with one hyperparameter, the others being as they were in the search.

A forest learns the score of a candidate from its values; a marginal is its mean prediction over the candidates, each
with the hyperparameter set to one value: partial dependence (Friedman, "Greedy function approximation", 2001), which is
what fANOVA's main effects are (Hutter et al., ICML 2014). The spread of the forest's trees says how sure it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.records import Trial, Value

__all__ = ["Marginal", "distinct", "marginals"]

_TREES = 50
_MOST_VALUES = 9  # of a hyperparameter, the ones looked at
_MOST_ROWS = 300  # candidates averaged over
_WORST = 0.1  # share of the scores that counts as equally bad: one that diverged would hide all else
_BAND = (0.1, 0.9)  # of the trees


@dataclass(frozen=True, kw_only=True)
class Marginal:
    """The score along one hyperparameter.

    Attributes:
        name: The hyperparameter.
        values: Its values, in order.
        scores: The expected score at each.
        low: Below which one in ten trees sees it.
        high: Above which one in ten trees sees it.
        num_trials: Trials in which it was active.
    """

    name: str
    values: tuple[Value, ...]
    scores: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    num_trials: int


def marginals(trials: Sequence[Trial], names: Sequence[str], *, higher_is_better: bool, seed: int) -> list[Marginal]:
    """Return the marginal of each hyperparameter that has two values or more.

    Args:
        trials: Complete trials of the search.
        names: Hyperparameters.
        higher_is_better: The direction of the scores.
        seed: Seed of the forest.
    """
    from sklearn.ensemble import RandomForestRegressor

    codes = {name: _codes(trials, name) for name in sorted({name for t in trials for name in t.candidate.values})}
    places = {name: place for place, name in enumerate(codes)}
    features = np.column_stack([_column(trials, name, known) for name, known in codes.items()])
    scores = _bounded(np.array([trial.score for trial in trials]), higher_is_better)
    forest = RandomForestRegressor(_TREES, min_samples_leaf=2, random_state=seed).fit(features, scores)
    found = (
        _marginal(name, forest.estimators_, features, place=places[name], known=codes[name])
        for name in names
        if name in places
    )
    return [marginal for marginal in found if len(marginal.values) > 1]


def distinct(values: Sequence[Value]) -> list[Value]:
    """Return the different values in order: numbers by size, others by name.

    Example:
        >>> distinct([64, 32, 64]), distinct(["tanh", "relu"])
        ([32, 64], ['relu', 'tanh'])
    """
    return sorted(set(values), key=lambda value: (not _is_number(value), value if _is_number(value) else str(value)))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _codes(trials: Sequence[Trial], name: str) -> dict[Value, float]:
    """Return the number that stands for each value."""
    found = distinct([trial.candidate.values[name] for trial in trials if name in trial.candidate.values])
    return {value: float(place) for place, value in enumerate(found)}


def _column(trials: Sequence[Trial], name: str, codes: dict[Value, float]) -> NDArray[np.float64]:
    """Return a hyperparameter as a feature, NaN where it is not active."""
    values = (trial.candidate.values for trial in trials)
    return np.array([codes[each[name]] if name in each else np.nan for each in values])


def _bounded(scores: NDArray[np.float64], higher_is_better: bool) -> NDArray[np.float64]:
    limit = np.quantile(scores, _WORST if higher_is_better else 1 - _WORST)
    return np.maximum(scores, limit) if higher_is_better else np.minimum(scores, limit)


def _marginal(
    name: str,
    trees: Sequence[Any],
    features: NDArray[np.float64],
    *,
    place: int,
    known: dict[Value, float],
) -> Marginal:
    active = np.flatnonzero(~np.isnan(features[:, place]))
    rows = features[active[:: max(1, len(active) // _MOST_ROWS)]]
    values = list(known)
    shown = [values[i] for i in np.unique(np.linspace(0, len(values) - 1, _MOST_VALUES).round().astype(int))]
    by_tree = np.array([_predicted(trees, rows, place, known[value]) for value in shown])  # (values, trees)
    low, high = np.quantile(by_tree, _BAND, axis=1)
    return Marginal(
        name=name,
        values=tuple(shown),
        scores=tuple(by_tree.mean(axis=1).tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        num_trials=len(active),
    )


def _predicted(trees: Sequence[Any], rows: NDArray[np.float64], place: int, code: float) -> list[float]:
    """Return each tree's mean prediction with one feature set."""
    changed = rows.astype(np.float32)
    changed[:, place] = code
    return [float(tree.predict(changed).mean()) for tree in trees]
