"""Linear models of images, series and windows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from layersmith.data.spec import Task
from layersmith.validation.outputs import fit_predict

__all__ = ["MAX_FEATURES", "forecast_ridge", "linear"]

_Array = NDArray[Any]
_PENALTIES = tuple(10.0**power for power in range(-3, 5))

MAX_FEATURES = 1000
"""Values of a row that enter as they are; wider rows enter by their first `NUM_COMPONENTS` principal components."""

NUM_COMPONENTS = 200


def linear(task: Task, x_train: _Array, y_train: _Array, x_test: _Array, *, seed: int) -> NDArray[np.float32]:
    """Train a linear model of the flattened values and predict.

    Classes by logistic regression, numbers by ridge regression with the penalty chosen by leaving one out.

    Args:
        task: What is predicted.
        x_train: Images `(rows, height, width, channels)` or series `(rows, steps, channels)`.
        y_train: Training targets.
        x_test: The same of the rows to predict.
        seed: Seed of the principal components.

    Returns:
        Predictions in the form models give.
    """
    train, test = (values.reshape(len(values), -1).astype(np.float64) for values in (x_train, x_test))
    scaler = StandardScaler().fit(train)
    train, test = scaler.transform(train), scaler.transform(test)
    if train.shape[1] > MAX_FEATURES:
        components = min(NUM_COMPONENTS, len(train) - 1)
        reduce = PCA(components, svd_solver="randomized", random_state=seed).fit(train)
        train, test = reduce.transform(train), reduce.transform(test)
    return fit_predict(task, _classifier if task.is_classification else _regressor, train, y_train, test)


def forecast_ridge(x_train: _Array, y_train: _Array, x_test: _Array) -> NDArray[np.float32]:
    """Forecast by ridge regression on the window, both taken relative to the window's last value.

    Args:
        x_train: Windows `(rows, lookback, channels)`; channel 0 is the series to forecast.
        y_train: What followed `(rows, horizon)`.
        x_test: Windows to forecast from.

    Returns:
        Forecasts `(test rows, horizon)`.
    """
    last_train, last_test = x_train[:, -1:, :].astype(np.float64), x_test[:, -1:, :].astype(np.float64)
    train, test = (x_train - last_train).reshape(len(x_train), -1), (x_test - last_test).reshape(len(x_test), -1)
    model = make_pipeline(StandardScaler(), RidgeCV(_PENALTIES)).fit(train, y_train - last_train[:, :, 0])
    steps = model.predict(test).reshape(len(test), -1)
    return np.asarray(steps + last_test[:, :, 0], np.float32)


def _classifier() -> Any:
    return LogisticRegression(C=0.1, max_iter=2000, tol=1e-3)


def _regressor() -> Any:
    return RidgeCV(_PENALTIES)
