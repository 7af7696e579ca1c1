"""Columns that give the target away: each by itself predicts nearly all of it.

That is rarely how the world is. Such a column was mostly filled in together with the target, or after it, and a model
that reads it has nothing to say of new rows. Each column is judged by a small tree on rows the tree has not seen; the
holdout is not looked at.

Most columns need no tree. In the order of a column, neighbours whose targets differ either stand in two leaves, or the
tree is wrong about one of them: too many such pairs, and no tree of so many leaves can be right (`_may_tell`).
"""

import numpy as np
from numpy.typing import NDArray

from layersmith.data.dataset import Dataset
from layersmith.data.spec import Task
from layersmith.data.table_map import TableMap
from layersmith.records import Indices

__all__ = ["telling_columns"]

_MOST_ROWS = 2000
_FEWEST_ROWS = 100
_LEAVES = 64
_SHARE = 0.98  # of what a constant gets wrong


def telling_columns(dataset: Dataset, rows: Indices, *, seed: int) -> list[tuple[str, float]]:
    """Return the columns of a table that by themselves explain nearly all of the target, the most telling first.

    Args:
        dataset: Encoded rows.
        rows: Rows that may be looked at.
        seed: Seed of the choice of rows, where there are many.

    Returns:
        Name, and the share of a constant's errors (of its variance for amounts) that the column takes away; nothing
        for other kinds of data, for several targets, and for too few rows.
    """
    table, task = dataset.preprocess.inputs, dataset.spec.task
    if not isinstance(table, TableMap) or task in (Task.MULTILABEL, Task.MULTIREGRESSION) or len(rows) < _FEWEST_ROWS:
        return []
    chosen = np.random.default_rng(seed).permutation(rows)[:_MOST_ROWS]
    y = dataset.y[chosen].ravel()
    names = {"numeric": table.numeric_names, "categorical": tuple(category.name for category in table.categories)}
    found = []
    for part, known in names.items():
        if known:
            columns = dataset.x[part][chosen]
            places = np.flatnonzero(_may_tell(columns, y, task))
            found += [(known[place], _share(columns[:, place], y, task)) for place in places]
    return sorted(((name, share) for name, share in found if share >= _SHARE), key=lambda pair: -pair[1])


def _may_tell(columns: NDArray[np.generic], y: NDArray[np.generic], task: Task) -> NDArray[np.bool_]:
    """Return for each of the columns `(rows, columns)` whether a tree's share can be large enough at all.

    With `e` wrong answers, at most `leaves - 1 + 2 e` pairs of neighbours have different classes. For amounts, half the
    square of a difference is at most the sum of both errors' squares within a leaf, so that the sum over all pairs but
    the `leaves - 1` largest is at most four times the sum of squared errors.
    """
    half = len(y) // 2
    truth = y[half:]
    first = np.argsort(truth, kind="stable")  # equal values stand in the order of their targets
    order = first[np.argsort(columns[half:][first], axis=0, kind="stable")]
    if task.is_classification:
        labels, counts = np.unique(y[:half], return_counts=True)
        wrong = (1 - _SHARE) * np.count_nonzero(truth != labels[counts.argmax()])
        different = truth[order[1:]] != truth[order[:-1]]
        told: NDArray[np.bool_] = np.count_nonzero(different, axis=0) <= _LEAVES - 1 + 2 * wrong
        return told
    squares = np.sort(np.diff(truth[order].astype(np.float64), axis=0) ** 2, axis=0)[: 1 - _LEAVES]
    told = squares.sum(axis=0) <= 4 * (1 - _SHARE) * np.sum((truth - y[:half].mean()) ** 2)
    return np.asarray(told)


def _share(column: NDArray[np.generic], y: NDArray[np.generic], task: Task) -> float:
    """Return the share of a constant's errors that a tree on one column takes away, on rows it has not seen."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    half = len(y) // 2
    values = column.astype(np.float64)[:, None]
    make = DecisionTreeClassifier if task.is_classification else DecisionTreeRegressor
    tree = make(max_leaf_nodes=_LEAVES, min_samples_leaf=2, random_state=0).fit(values[:half], y[:half])
    predicted, truth = tree.predict(values[half:]), y[half:]
    if task.is_classification:
        labels, counts = np.unique(y[:half], return_counts=True)
        constant, wrong = np.mean(truth != labels[counts.argmax()]), np.mean(truth != predicted)
    else:
        constant, wrong = np.mean((truth - y[:half].mean()) ** 2), np.mean((truth - predicted) ** 2)
    return float(1 - wrong / constant) if constant > 0 else 0.0
