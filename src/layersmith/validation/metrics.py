"""The metrics, by name, and the choice among them.

Predictions have the form models give: binary `(rows,)` or `(rows, 1)` probabilities of class 1; multiclass
`(rows, classes)` and multilabel `(rows, labels)` probabilities; regression `(rows,)` or `(rows, 1)`; multi-output
regression and forecasts `(rows, targets)`. A metric that is not defined on the rows, or whose predictions are not
finite, is NaN, never an error.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn import metrics as sk

from layersmith.data.spec import Kind, Task
from layersmith.errors import DataError, lookup

__all__ = ["METRICS", "Metric", "align", "better", "default_metric", "metric_for", "metric_named", "report_metrics"]

_Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One number for targets and predictions.

    Attributes:
        name: Its name in the registry.
        label: Its name for people.
        higher_is_better: Whether more of it is better.
        function: The metric of aligned arrays (`align`), every value finite.
        least: The smallest value it can have.
    """

    name: str
    label: str
    higher_is_better: bool
    function: Callable[[_Array, _Array], float]
    least: float = 0.0

    @property
    def most(self) -> float:
        """The largest value it can have."""
        return 1.0 if self.higher_is_better else math.inf

    def compute(self, y: ArrayLike, p: ArrayLike) -> float:
        """Return the metric of predictions `p` for targets `y`, NaN where it is not defined.

        Args:
            y: Targets `(rows,)` or `(rows, outputs)`.
            p: Predictions in the form models give.

        Raises:
            DataError: If both differ in rows or do not fit together.
        """
        target, prediction = align(y, p)
        if not len(target) or not np.isfinite(prediction).all():
            return math.nan
        return float(self.function(target, prediction))


def align(y: ArrayLike, p: ArrayLike) -> tuple[_Array, _Array]:
    """Return targets and predictions as float64, single columns flattened.

    Args:
        y: Targets `(rows,)`, `(rows, 1)` or `(rows, outputs)`.
        p: Predictions `(rows,)`, `(rows, 1)`, `(rows, classes)` or `(rows, outputs)`.

    Raises:
        DataError: If both differ in rows, or targets have columns which predictions have not.

    Example:
        >>> align([0, 1], [[0.25], [0.75]])
        (array([0., 1.]), array([0.25, 0.75]))
    """
    target, prediction = (np.asarray(values, np.float64) for values in (y, p))
    target, prediction = (values[:, 0] if values.shape[1:] == (1,) else values for values in (target, prediction))
    fits = target.shape == prediction.shape or (target.ndim == 1 and prediction.shape[:1] == target.shape)
    if not fits or prediction.ndim > 2:
        raise DataError(
            f"predictions of shape {prediction.shape} for targets of shape {target.shape}",
            expected="one prediction per row, with the columns of the targets or one per class",
            fix="predict the same rows with the model that was trained on these targets",
        )
    return target, prediction


def _classes(y: _Array, p: _Array) -> NDArray[np.int64]:
    """Return predicted classes `(rows,)`, or labels `(rows, labels)`."""
    several = p.ndim == 2 and y.ndim == 1
    return (p.argmax(axis=1) if several else p >= 0.5).astype(np.int64)


def _accuracy(y: _Array, p: _Array) -> float:
    return float(sk.accuracy_score(y, _classes(y, p)))


def _balanced_accuracy(y: _Array, p: _Array) -> float:
    present = np.unique(y)
    return float(sk.recall_score(y, _classes(y, p), labels=present, average="macro", zero_division=0.0))


def _f1(average: str) -> Callable[[_Array, _Array], float]:
    def function(y: _Array, p: _Array) -> float:
        return float(sk.f1_score(y, _classes(y, p), average=average, zero_division=0.0))

    return function


def _log_loss(y: _Array, p: _Array) -> float:
    """Return the mean negative log-likelihood, probabilities kept 1e-7 from 0 and 1 as Keras does."""
    if p.ndim == 2 and y.ndim == 1:
        kept = np.clip(p, 1e-7, None)
        return float(sk.log_loss(y, kept / kept.sum(axis=1, keepdims=True), labels=np.arange(p.shape[1])))
    return float(sk.log_loss(y.ravel(), np.clip(p.ravel(), 1e-7, 1 - 1e-7), labels=[0, 1]))


def _auc(y: _Array, p: _Array) -> float:
    return float(sk.roc_auc_score(y, p)) if 0 < y.sum() < len(y) else math.nan


def _macro_auc(y: _Array, p: _Array) -> float:
    """Return the mean area over classes (or labels) that have rows on both sides."""
    truth = y if y.ndim == 2 else y[:, None] == np.arange(p.shape[1])
    areas = [_auc(truth[:, column].astype(np.float64), p[:, column]) for column in range(p.shape[1])]
    known = [area for area in areas if not math.isnan(area)]
    return float(np.mean(known)) if known else math.nan


def _r2(y: _Array, p: _Array) -> float:
    return float(sk.r2_score(y, p)) if len(y) > 1 and (np.ptp(y, axis=0) > 0).all() else math.nan


_ALL = (
    Metric(name="accuracy", label="accuracy", higher_is_better=True, function=_accuracy),
    Metric(name="auc", label="area under the ROC curve", higher_is_better=True, function=_auc),
    Metric(name="auc_ovr", label="mean AUC, one class against the rest", higher_is_better=True, function=_macro_auc),
    Metric(name="balanced_accuracy", label="balanced accuracy", higher_is_better=True, function=_balanced_accuracy),
    Metric(
        name="brier", label="Brier score", higher_is_better=False, function=lambda y, p: float(np.mean((y - p) ** 2))
    ),
    Metric(name="f1", label="F1", higher_is_better=True, function=_f1("binary")),
    Metric(name="log_loss", label="log loss", higher_is_better=False, function=_log_loss),
    Metric(
        name="mae",
        label="mean absolute error",
        higher_is_better=False,
        function=sk.mean_absolute_error,
    ),
    Metric(name="macro_auc", label="mean AUC over labels", higher_is_better=True, function=_macro_auc),
    Metric(name="macro_f1", label="mean F1 over classes", higher_is_better=True, function=_f1("macro")),
    Metric(
        name="mape",
        label="mean absolute percentage error",
        higher_is_better=False,
        function=sk.mean_absolute_percentage_error,
    ),
    Metric(name="micro_f1", label="F1 over all labels", higher_is_better=True, function=_f1("micro")),
    Metric(name="r2", label="R²", higher_is_better=True, function=_r2, least=-math.inf),
    Metric(
        name="rmse",
        label="root mean squared error",
        higher_is_better=False,
        function=lambda y, p: math.sqrt(sk.mean_squared_error(y, p)),
    ),
    Metric(
        name="subset_accuracy", label="share of rows with all labels right", higher_is_better=True, function=_accuracy
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}

_REPORT: dict[Task, tuple[str, ...]] = {
    Task.BINARY: ("accuracy", "auc", "balanced_accuracy", "f1", "log_loss", "brier"),
    Task.MULTICLASS: ("accuracy", "balanced_accuracy", "macro_f1", "auc_ovr", "log_loss"),
    Task.MULTILABEL: ("micro_f1", "subset_accuracy", "macro_auc", "log_loss"),
    Task.REGRESSION: ("rmse", "mae", "r2", "mape"),
    Task.MULTIREGRESSION: ("rmse", "mae", "r2"),
}


def metric_named(name: str) -> Metric:
    """Return the metric called `name`.

    Raises:
        UnknownNameError: If there is none.

    Example:
        >>> metric_named("rmse").higher_is_better
        False
    """
    return lookup(METRICS, name, "metric")


def metric_for(name: str, task: Task) -> Metric:
    """Return the metric called `name` if it is one for `task`; check a user's choice by it.

    Raises:
        UnknownNameError: If there is none for this task.

    Example:
        >>> metric_for("mape", Task.MULTIREGRESSION).label
        'mean absolute percentage error'
    """
    names = _REPORT[Task.REGRESSION] if task is Task.MULTIREGRESSION else _REPORT[task]
    return lookup({each: METRICS[each] for each in names}, name, f"metric for {task.value} targets")


def default_metric(task: Task, kind: Kind, imbalance: float, targets: ArrayLike) -> str:
    """Return the metric a search uses unless told otherwise.

    Args:
        task: What is predicted.
        kind: What one row looks like.
        imbalance: Share of the rarest class; below 10 % accuracy says little about a binary target, and the area under
            the ROC curve takes its place.
        targets: Targets `(rows, ...)`; a forecast of values well above zero (the least one over 5 % of their mean
            size) is measured in percent.

    Example:
        >>> default_metric(Task.BINARY, Kind.TABLE, 0.06, [])
        'auc'
    """
    if task is Task.BINARY:
        return "auc" if imbalance < 0.1 else "accuracy"
    if task is Task.MULTICLASS:
        return "accuracy"
    if task is Task.MULTILABEL:
        return "micro_f1"
    if kind is not Kind.FORECAST:
        return "rmse"
    values = np.asarray(targets, np.float64)
    return "mape" if values.size and values.min() > 0.05 * np.abs(values).mean() else "mae"


def report_metrics(task: Task, kind: Kind) -> tuple[str, ...]:
    """Return the metrics shown for a task, the search's own among them.

    Example:
        >>> report_metrics(Task.REGRESSION, Kind.TABLE)
        ('rmse', 'mae', 'r2', 'mape')
    """
    return ("mae", "rmse", "mape") if kind is Kind.FORECAST else _REPORT[task]


def better(metric: str, a: float, b: float) -> bool:
    """Whether `a` is strictly better than `b`; NaN is worse than any number.

    Example:
        >>> better("rmse", 1.0, 2.0), better("auc", math.nan, 0.5), better("auc", 0.5, math.nan)
        (True, False, True)
    """
    if math.isnan(a) or math.isnan(b):
        return math.isnan(b) and not math.isnan(a)
    return a > b if metric_named(metric).higher_is_better else a < b
