"""How two hyperparameters go together: the mean score of the trials in each cell, and how many there were."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from layersmith.records import Trial, Value
from layersmith.study.marginals import distinct

__all__ = ["Interaction", "interaction"]

_MOST_CELLS = 7  # along an axis; more values are put together


@dataclass(frozen=True, kw_only=True)
class Interaction:
    """Trials by two hyperparameters.

    Attributes:
        names: Of the columns and of the rows.
        columns: Labels of the columns: a value, or the range of several.
        rows: Labels of the rows.
        scores: Mean score of each cell `(rows, columns)`, NaN where there was no trial.
        counts: Trials in each cell.
    """

    names: tuple[str, str]
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    scores: tuple[tuple[float, ...], ...]
    counts: tuple[tuple[int, ...], ...]


def interaction(trials: Sequence[Trial], names: tuple[str, str]) -> Interaction:
    """Return the trials in which both hyperparameters were active, by their values.

    Args:
        trials: Complete trials of the search.
        names: Of the columns and of the rows.

    Example:
        >>> from layersmith.records import Candidate
        >>> tried = ((32, "relu", 0.5), (64, "relu", 0.7), (64, "relu", 0.9))
        >>> trials = [Trial(score=score,
        ...                 candidate=Candidate(values={"units": units, "activation": name}, origin="grid"))
        ...           for units, name, score in tried]
        >>> found = interaction(trials, ("units", "activation"))
        >>> found.columns, found.scores, found.counts
        (('32', '64'), ((0.5, 0.8),), ((1, 2),))
    """
    both = [trial for trial in trials if all(name in trial.candidate.values for name in names)]
    across, columns = _cells([trial.candidate.values[names[0]] for trial in both])
    down, rows = _cells([trial.candidate.values[names[1]] for trial in both])
    sums, counts = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)), int)
    np.add.at(sums, (down, across), [trial.score for trial in both])
    np.add.at(counts, (down, across), 1)
    means = np.divide(sums, counts, out=np.full(sums.shape, math.nan), where=counts > 0)
    return Interaction(
        names=names,
        columns=columns,
        rows=rows,
        scores=tuple(tuple(row) for row in means.round(10).tolist()),
        counts=tuple(tuple(row) for row in counts.tolist()),
    )


def _cells(values: Sequence[Value]) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return the cell of each value, and what the cells are called."""
    found = distinct(values)
    ends = np.unique(np.linspace(0, len(found), min(len(found), _MOST_CELLS) + 1).round().astype(int)).tolist()
    cell_of = {found[i]: cell for cell, (first, last) in enumerate(pairwise(ends)) for i in range(first, last)}
    names = [_named(found[first], found[last - 1]) for first, last in pairwise(ends)]
    return np.array([cell_of[value] for value in values], np.intp), tuple(names)


def _named(first: Value, last: Value) -> str:
    shown = [f"{value:.2g}" if isinstance(value, float) else str(value) for value in (first, last)]
    return shown[0] if first == last else f"{shown[0]} to {shown[1]}"
