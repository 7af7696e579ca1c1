"""Precision, recall, the four counts, and the best rate at a level of another.

As in keras/src/metrics/confusion_metrics.py.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.losses.rows import divide_or_zero
from layersmith.engine.losses.shapes import match_ranks
from layersmith.engine.metrics.confusion import (
    COUNTS,
    LOWEST,
    Thresholds,
    count_confusion,
    keep_top_k,
    zero_counts,
)
from layersmith.engine.metrics.metric import Metric, State
from layersmith.engine.metrics.weights import Weights

__all__ = ["RATES", "best_rate_at", "count_of", "rate_of"]

RATES = {
    "precision": ("true_positives", "false_positives"),
    "recall": ("true_positives", "false_negatives"),
    "sensitivity": ("true_positives", "false_negatives"),
    "specificity": ("true_negatives", "false_positives"),
}


def rate_of(
    name: str,
    rate: str,
    *,
    thresholds: float | Sequence[float] | None = None,
    top_k: int | None = None,
    class_id: int | None = None,
) -> Metric:
    """Return precision or recall.

    Args:
        name: Its name.
        rate: `precision` or `recall`.
        thresholds: What an output must exceed to be positive; one half by default.
        top_k: Count only the `k` largest outputs of a row, by default at whatever value.
        class_id: Look at this class only.

    Example:
        >>> metric = rate_of("precision", "precision")
        >>> y_true, y_pred = jnp.array([[1], [0], [1]]), jnp.array([[0.9], [0.8], [0.1]])
        >>> float(metric.result(metric.update(metric.init(), y_true, y_pred)))
        0.5
    """
    levels = _levels(thresholds, 0.5 if top_k is None else LOWEST)

    def result(state: State) -> jax.Array:
        return _alone(_rate(state, rate))

    return _confusion_metric(name, RATES[rate], levels, result, top_k=top_k, class_id=class_id)


def count_of(name: str, count: str, *, thresholds: float | Sequence[float] | None = None) -> Metric:
    """Return the metric that is one of `COUNTS` itself, at each threshold.

    Example:
        >>> metric = count_of("misses", "false_negatives")
        >>> float(metric.result(metric.update(metric.init(), jnp.array([[1], [1]]), jnp.array([[0.9], [0.1]]))))
        1.0
    """
    return _confusion_metric(name, (count,), _levels(thresholds, 0.5), lambda state: _alone(state[count]))


def best_rate_at(
    name: str, rate: str, constraint: str, level: float, *, num_thresholds: int = 200, class_id: int | None = None
) -> Metric:
    """Return the best `rate` over the thresholds where `constraint` is at least `level`; 0 where there is none.

    Args:
        name: Its name.
        rate: One of `RATES`.
        constraint: Another of `RATES`.
        level: What it must reach, 0 to 1.
        num_thresholds: How many thresholds from 0 to 1 are tried.
        class_id: Look at this class only.

    Example:
        >>> metric = best_rate_at("recall", "recall", "precision", 0.9)
        >>> y_true, y_pred = jnp.array([[1], [0], [1]]), jnp.array([[0.9], [0.8], [0.1]])
        >>> float(metric.result(metric.update(metric.init(), y_true, y_pred)))
        0.5
    """

    def result(state: State) -> jax.Array:
        return jnp.max(jnp.where(_rate(state, constraint) >= level, _rate(state, rate), 0.0), initial=0.0)

    return _confusion_metric(name, COUNTS, Thresholds.spaced(num_thresholds), result, class_id=class_id)


def _confusion_metric(
    name: str,
    counts: Sequence[str],
    thresholds: Thresholds,
    result: Callable[[State], Any],
    *,
    top_k: int | None = None,
    class_id: int | None = None,
) -> Metric:
    def accumulate(state: State, y_true: jax.Array, y_pred: jax.Array, weights: Weights) -> State:
        y_pred, y_true = match_ranks(y_pred.astype(jnp.float32), y_true.astype(jnp.float32))
        weight = weights.of_values(y_pred)
        if top_k is not None:
            y_pred = keep_top_k(y_pred, top_k)
        if class_id is not None:
            y_true, y_pred, weight = (array[..., class_id] for array in (y_true, y_pred, weight))
        y_true, y_pred, weight = (array.reshape(-1, 1) for array in (y_true, y_pred, weight))
        found = count_confusion(y_true, y_pred, weight, thresholds)
        return {key: state[key] + found[key][:, 0] for key in state}

    return Metric(
        name=name,
        init=lambda: zero_counts(counts, (len(thresholds),)),
        accumulate=accumulate,
        result=result,
    )


def _levels(thresholds: float | Sequence[float] | None, default: float) -> Thresholds:
    if thresholds is None:
        thresholds = default
    return Thresholds.of(thresholds if isinstance(thresholds, Sequence) else [thresholds])


def _rate(state: State, rate: str) -> jax.Array:
    right, wrong = (state[count] for count in RATES[rate])
    return divide_or_zero(right, right + wrong)


def _alone(values: jax.Array) -> jax.Array:
    return values[0] if values.shape == (1,) else values
