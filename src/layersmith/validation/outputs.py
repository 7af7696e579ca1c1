"""One scikit-learn model, or one per output, behind the form of predictions that models give."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.data.spec import Task

__all__ = ["fit_predict"]

_Array = NDArray[Any]
_Predictions = NDArray[np.float32]


def fit_predict(task: Task, make: Callable[[], Any], x_train: _Array, y_train: _Array, x_test: _Array) -> _Predictions:
    """Fit the models `make` gives and predict.

    Args:
        task: What is predicted; with several outputs each gets a model of its own, and a label that is the same in all
            rows is predicted as it is.
        make: Returns a new classifier or regressor, or what has its `fit`, which returns the fitted one.
        x_train: Features `(rows, features)`.
        y_train: Targets `(rows,)` or `(rows, outputs)`.
        x_test: Features `(test rows, features)`.

    Returns:
        Predictions `(test rows,)`, or `(test rows, outputs)`.

    Example:
        >>> from sklearn.linear_model import Ridge
        >>> x = np.arange(4.0)[:, None]
        >>> fit_predict(Task.REGRESSION, lambda: Ridge(alpha=0.0), x, x[:, 0], x).round(3).tolist()
        [0.0, 1.0, 2.0, 3.0]
    """
    if task is Task.REGRESSION:
        return np.asarray(make().fit(x_train, y_train.ravel()).predict(x_test), np.float32)
    if task is Task.BINARY:
        return _probability(make, x_train, y_train.ravel(), x_test)
    if task is Task.MULTICLASS:
        return _probabilities(make(), x_train, y_train, x_test)
    each = _probability if task is Task.MULTILABEL else _values
    columns = [each(make, x_train, column, x_test) for column in y_train.T]
    return np.stack(columns, axis=1)


def _values(make: Callable[[], Any], x_train: _Array, y_train: _Array, x_test: _Array) -> _Predictions:
    return np.asarray(make().fit(x_train, y_train).predict(x_test), np.float32)


def _probability(make: Callable[[], Any], x_train: _Array, y_train: _Array, x_test: _Array) -> _Predictions:
    """Return the probability of class 1."""
    labels = y_train.astype(np.int64)
    if np.ptp(labels) == 0:
        return np.full(len(x_test), labels[0], np.float32)
    return np.asarray(make().fit(x_train, labels).predict_proba(x_test)[:, 1], np.float32)


def _probabilities(model: Any, x_train: _Array, y_train: _Array, x_test: _Array) -> _Predictions:
    """Return the probabilities of all classes up to the largest one."""
    labels = y_train.astype(np.int64)
    model = model.fit(x_train, labels)
    probabilities = np.zeros((len(x_test), int(labels.max()) + 1), np.float32)
    probabilities[:, model.classes_] = model.predict_proba(x_test)
    return probabilities
