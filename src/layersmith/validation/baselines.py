"""What a score has to beat: a constant, and the reference model of the field.

    table               gradient boosting by histograms
    image, series       a linear model of the flattened, scaled values (principal components of wide ones)
    forecast            ridge regression on the window

Predictions have the form models give: `(rows,)` for binary and regression, else `(rows, outputs)`, float32.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from layersmith.data.spec import Kind, Task
from layersmith.validation.boosting import boost
from layersmith.validation.linear import forecast_ridge, linear
from layersmith.validation.naive import seasonal_naive

__all__ = ["constant", "reference"]

_Predictions = NDArray[np.float32]
_Array = NDArray[np.generic]


def constant(
    task: Task,
    y_train: _Array,
    num_rows: int,
    *,
    windows: NDArray[np.floating] | None = None,
    season: int = 1,
) -> _Predictions:
    """Return predictions that look at no feature.

    Args:
        task: What is predicted.
        y_train: Training targets `(rows,)` or `(rows, outputs)`.
        num_rows: Rows to predict.
        windows: Windows to forecast from `(num_rows, lookback, channels)`: the naive forecast takes the place of the
            mean.
        season: Season of that forecast (`naive.find_season`); 1 repeats the last value.

    Returns:
        Shares of the classes or labels, or means of the targets.

    Example:
        >>> constant(Task.MULTICLASS, np.array([0, 1, 1, 2]), 1).tolist()
        [[0.25, 0.5, 0.25]]
    """
    if windows is not None:
        return seasonal_naive(windows, y_train.shape[1], season=season)
    if task is Task.MULTICLASS:
        value = np.bincount(y_train.astype(np.int64)) / len(y_train)
    else:
        value = np.asarray(y_train, np.float64).mean(axis=0)
    return np.tile(value, (num_rows, 1)).astype(np.float32) if np.ndim(value) else np.full(num_rows, value, np.float32)


def reference(
    kind: Kind,
    task: Task,
    x_train: Mapping[str, _Array],
    y_train: _Array,
    x_test: Mapping[str, _Array],
    *,
    categorical_columns: Sequence[int] | None = None,
    seed: int,
    seconds: float | None = None,
) -> tuple[str, _Predictions]:
    """Train the reference model and predict.

    Args:
        kind: What one row looks like.
        task: What is predicted.
        x_train: Training inputs as `DataSpec` describes them.
        y_train: Training targets.
        x_test: Inputs to predict, with the same keys.
        categorical_columns: Columns of `"categorical"` to treat as categories; all of them by default, the others
            enter by the order of their codes.
        seed: Seed of the model.
        seconds: Seconds that gradient boosting may take; None for no limit.

    Returns:
        The model's name for people, and its predictions.

    Example:
        >>> x = {"series": np.arange(60.0).reshape(20, 3, 1)}
        >>> name, forecast = reference(Kind.FORECAST, Task.MULTIREGRESSION, x, x["series"][:, :2, 0] + 9, x, seed=0)
        >>> name, forecast.shape
        ('ridge regression on the window', (20, 2))
    """
    if kind is Kind.TABLE:
        return boost(
            task, x_train, y_train, x_test, categorical_columns=categorical_columns, seed=seed, seconds=seconds
        )
    if kind is Kind.FORECAST:
        return "ridge regression on the window", forecast_ridge(x_train["series"], y_train, x_test["series"])
    key = "image" if kind is Kind.IMAGE else "series"
    name = "logistic regression" if task.is_classification else "ridge regression"
    return name, linear(task, x_train[key], y_train, x_test[key], seed=seed)
