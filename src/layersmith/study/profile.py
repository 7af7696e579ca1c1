"""What a report tells of the rows themselves: classes, copies, missing values, rows that both sides share, leaks."""

from typing import Any

import numpy as np

from layersmith.data.content import ArrayContent, TableContent
from layersmith.data.dataset import Dataset
from layersmith.data.problem import Problem
from layersmith.data.spec import Task
from layersmith.records import Indices
from layersmith.study.leaks import telling_columns

__all__ = ["profile"]

_MOST_COLUMNS = 30


def profile(problem: Problem, dataset: Dataset, rows: Indices, *, seed: int) -> dict[str, Any]:
    """Return counts over all rows, and what gives the target away, JSON-ready.

    Args:
        problem: The raw rows.
        dataset: The encoded rows.
        rows: Rows the search may use; no other is looked at for leaks.
        seed: Seed of the choice of rows, where there are many.

    Returns:
        `class_counts` (class or label, rows), the largest first; `repeated` (rows that repeat another); `shared`
        (rows outside the holdout that repeat one in it, and were not trained on); `missing` (column, rows), the
        largest first, of columns of a table, or of `values` where an array has some; `telling` (column, share), see
        `layersmith.study.leaks`.
    """
    return {
        "class_counts": _class_counts(problem),
        "repeated": int(problem.num_rows - len(np.unique(problem.duplicates))),
        "shared": len(problem.excluded),
        "missing": _missing(problem),
        "telling": telling_columns(dataset, rows, seed=seed),
    }


def _class_counts(problem: Problem) -> list[tuple[str, int]]:
    if problem.task is Task.MULTILABEL:
        counts = problem.targets.sum(axis=0).astype(int)
    elif problem.labels is not None and problem.task.is_classification:
        counts = np.bincount(problem.labels, minlength=len(problem.classes))
    else:
        return []
    pairs = zip(problem.classes, counts.tolist(), strict=True)
    return sorted(pairs, key=lambda pair: -pair[1])


def _missing(problem: Problem) -> list[tuple[str, int]]:
    content = problem.content
    if isinstance(content, TableContent):
        counts = content.frame.isna().sum()
        found = [(str(name), int(count)) for name, count in counts.items() if count]
        return sorted(found, key=lambda pair: -pair[1])[:_MOST_COLUMNS]
    values = content.array if isinstance(content, ArrayContent) else content.values
    rows = int((~np.isfinite(values)).reshape(len(values), -1).any(axis=1).sum()) if values.dtype.kind == "f" else 0
    return [("values", rows)] if rows else []
