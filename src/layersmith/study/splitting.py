"""How a problem's rows are divided: the holdout first, then folds of the rest.

Below 500 rows, or 500 rows of the rarer of two classes, one validation part is too small to tell candidates apart, so
each candidate is validated on three folds.
A forecast sets aside whole horizons at its end: as many as fit into the holdout's share, one at least.
"""

import numpy as np

from layersmith.data.problem import Problem
from layersmith.data.spec import Task
from layersmith.errors import SplitError
from layersmith.records import Indices, Split
from layersmith.validation import splits

__all__ = ["num_folds", "search_splits", "set_aside"]

_FEW_ROWS = 500
_FOLDS = 3


def set_aside(problem: Problem, *, fraction: float, seed: int) -> splits.Holdout:
    """Return the rows of the search and the rows of the test.

    Args:
        problem: The rows; where they name their own test rows, those are the holdout.
        fraction: Share of the rows to set aside otherwise.
        seed: Seed of the shuffling.

    Raises:
        SplitError: If there are too few rows.
    """
    if problem.holdout is not None:
        taken = np.union1d(problem.holdout, problem.excluded)
        search = np.setdiff1d(np.arange(problem.num_rows), taken)
        if problem.horizon:
            search = search[search <= int(problem.holdout.min()) - problem.horizon]
        if not len(search):
            got = f"all {problem.num_rows} rows are test rows or copies of them"
            raise SplitError(got, expected="rows left to learn from", fix="mark fewer rows as test")
        return splits.Holdout(search=search, holdout=problem.holdout)
    return splits.holdout(
        problem.num_rows,
        seed=seed,
        fraction=_forecast_share(problem, fraction) if problem.horizon else fraction,
        labels=problem.labels,
        duplicates=problem.duplicates,
        groups=problem.groups,
        ordered=problem.ordered,
        excluded=problem.excluded,
        gap=max(problem.horizon - 1, 0),
    )


def _forecast_share(problem: Problem, fraction: float) -> float:
    """Return the share of windows whose targets cover whole horizons, ending with the last step."""
    steps = problem.num_rows + problem.horizon - 1  # that are a target of some window
    horizons = max(1, int(fraction * steps / problem.horizon))
    return ((horizons - 1) * problem.horizon + 1) / problem.num_rows


def num_folds(problem: Problem, rows: Indices) -> int:
    """Return the folds each candidate of the search is validated on."""
    if problem.ordered:
        return 1
    telling = len(rows)
    if problem.task is Task.BINARY and problem.labels is not None:
        telling = int(np.bincount(problem.labels[rows]).min())  # a ranking of two classes is as sure as the rarer one
    return 1 if telling >= _FEW_ROWS else _FOLDS


def search_splits(problem: Problem, rows: Indices, *, seed: int) -> tuple[Split, ...]:
    """Return the folds of `rows`; another seed gives fresh ones.

    Args:
        problem: What ties rows together.
        rows: The rows the search may use.
        seed: Seed of the shuffling. In time order nothing is shuffled; the length of the validated part varies instead.

    Raises:
        SplitError: If there are too few rows.
    """
    fraction = (0.2, 0.3, 0.15)[seed % 3] if problem.ordered else 0.2
    return splits.folds(
        rows,
        num_folds=num_folds(problem, rows),
        seed=seed,
        labels=problem.labels,
        duplicates=problem.duplicates,
        groups=problem.groups,
        ordered=problem.ordered,
        gap=max(problem.horizon - 1, 0),
        fraction=fraction,
    )
