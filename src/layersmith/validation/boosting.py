"""Gradient boosting of tables: scikit-learn's histogram trees on numbers and categories, missing values as they are."""

import math
import time
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

_SMALL = 100_000  # values below which threads wait for each other longer than they work
_FIRST_TREES = 5


def boost(
    task: Task,
    x_train: Mapping[str, _Array],
    y_train: _Array,
    x_test: Mapping[str, _Array],
    *,
    categorical_columns: Sequence[int] | None = None,
    seed: int,
    seconds: float | None = None,
) -> tuple[str, NDArray[np.float32]]:
    """Train gradient boosting on a table and predict.

    Training stops early on a tenth of the rows where there are enough of them, else after 100 trees; or where twice as
    many trees would take longer than it may.

    Args:
        task: What is predicted.
        x_train: `"numeric"` `(rows, columns)` with NaN where missing and `"categorical"` `(rows, columns)` codes, or
            one of both.
        y_train: Training targets.
        x_test: The same of the rows to predict; a category not seen in training counts as missing.
        categorical_columns: Columns of `"categorical"` to treat as categories; all by default.
        seed: Seed of binning and of the rows for early stopping.
        seconds: Seconds it may take; None for no limit.

    Returns:
        The model's name for people, which says where time ended it, and predictions in the form models give.
    """
    train, test, is_category = _features(x_train, x_test, categorical_columns)
    stop = _can_stop_early(task, y_train)

    short: list[int] = []
    limit = math.inf if seconds is None else seconds / (y_train.shape[1] if y_train.ndim > 1 else 1)

    def make() -> _Growing:
        family = HistGradientBoostingClassifier if task.is_classification else HistGradientBoostingRegressor
        model = family(
            max_iter=500 if stop else 100,
            early_stopping=stop,
            learning_rate=0.1,
            categorical_features=is_category,
            random_state=seed,
        )
        return _Growing(model, seconds=limit, short=short)

    with threadpool_limits(limits=1 if train.size < _SMALL else None, user_api="openmp"):
        predictions = fit_predict(task, make, train, y_train, test)
    return "gradient boosting" + (f" ({min(short)} trees in the time left)" if short else ""), predictions


class _Growing:
    """A model that grows its trees in steps, twice as many each time, which changes nothing but where it ends.

    Args:
        model: Not fitted yet.
        seconds: Seconds it may take.
        short: Gets the number of trees if time ended it.
    """

    def __init__(self, model: Any, *, seconds: float, short: list[int]) -> None:
        self._model, self._seconds, self._short = model, seconds, short

    def fit(self, x: _Array, y: _Array) -> Any:
        """Return the model, fitted."""
        began, most = time.monotonic(), self._model.max_iter
        trees = _FIRST_TREES if math.isfinite(self._seconds) else most
        while True:
            self._model.set_params(max_iter=trees, warm_start=True).fit(x, y)
            if trees == most or self._model.n_iter_ < trees:
                return self._model
            if 2 * (time.monotonic() - began) > self._seconds:
                self._short.append(trees)
                return self._model
            trees = min(2 * trees, most)


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
