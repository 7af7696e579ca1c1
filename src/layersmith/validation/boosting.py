"""Gradient boosting of tables: scikit-learn's histogram trees on numbers and categories, missing values as they are."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from layersmith.data.spec import Task
from layersmith.validation.outputs import fit_predict

__all__ = ["MAX_CATEGORIES", "boost"]

_Array = NDArray[Any]

MAX_CATEGORIES = 255
"""Categories the trees can split by subset; a column with more of them is split by the order of its codes."""

_SMALL = 5000  # rows below which threads wait for each other longer than they work


def boost(
    task: Task,
    x_train: Mapping[str, _Array],
    y_train: _Array,
    x_test: Mapping[str, _Array],
    *,
    categorical_columns: Sequence[int] | None = None,
    seed: int,
) -> NDArray[np.float32]:
    """Train gradient boosting on a table and predict.

    Training stops early on a tenth of the rows where there are enough of them, else after 100 trees.

    Args:
        task: What is predicted.
        x_train: `"numeric"` `(rows, columns)` with NaN where missing and `"categorical"` `(rows, columns)` codes, or
            one of both.
        y_train: Training targets.
        x_test: The same of the rows to predict; a category not seen in training counts as missing.
        categorical_columns: Columns of `"categorical"` to treat as categories; all by default.
        seed: Seed of binning and of the rows for early stopping.

    Returns:
        Predictions in the form models give.
    """
    train, test, is_category = _features(x_train, x_test, categorical_columns)
    stop = _can_stop_early(task, y_train)

    def make() -> Any:
        family = HistGradientBoostingClassifier if task.is_classification else HistGradientBoostingRegressor
        return family(
            max_iter=500 if stop else 100,
            early_stopping=stop,
            learning_rate=0.1,
            categorical_features=is_category,
            random_state=seed,
        )

    with threadpool_limits(limits=1 if len(train) < _SMALL else None, user_api="openmp"):
        return fit_predict(task, make, train, y_train, test)


def _features(
    x_train: Mapping[str, _Array], x_test: Mapping[str, _Array], chosen: Sequence[int] | None
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
    """Return training and test features `(rows, columns)` and which columns are categories."""
    train, test, is_category = [], [], []
    if "numeric" in x_train:
        known = ~np.isnan(x_train["numeric"]).all(axis=0)
        train.append(x_train["numeric"][:, known])
        test.append(x_test["numeric"][:, known])
        is_category += [False] * int(known.sum())
    for column in range(x_train["categorical"].shape[1] if "categorical" in x_train else 0):
        values = np.unique(x_train["categorical"][:, column])
        train.append(_code(x_train["categorical"][:, column], values))
        test.append(_code(x_test["categorical"][:, column], values))
        is_category.append(len(values) <= MAX_CATEGORIES and (chosen is None or column in chosen))
    return (
        np.concatenate(train, axis=1).astype(np.float32),
        np.concatenate(test, axis=1).astype(np.float32),
        np.array(is_category, dtype=bool),
    )


def _code(column: _Array, values: _Array) -> _Array:
    """Return the place of each code among `values` `(rows, 1)`, NaN where it is not among them."""
    place = np.minimum(np.searchsorted(values, column), len(values) - 1)
    return np.where(values[place] == column, place, np.nan)[:, None]


def _can_stop_early(task: Task, y_train: _Array) -> bool:
    """Whether a tenth of the rows can judge: 1,000 rows, and 20 of each class."""
    if len(y_train) < 1000:
        return False
    if not task.is_classification:
        return True
    columns = y_train.reshape(len(y_train), -1).T.astype(np.int64)
    return all(np.unique(column, return_counts=True)[1].min() >= 20 for column in columns)
