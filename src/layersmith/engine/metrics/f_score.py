"""F-scores: the weighted harmonic mean of precision and recall, per class or averaged.

As in keras/src/metrics/f_score_metrics.py.
"""

import jax
import jax.numpy as jnp

from layersmith.engine.losses.crossentropy import EPSILON
from layersmith.engine.metrics.confusion import zero_counts
from layersmith.engine.metrics.metric import Metric, State
from layersmith.engine.metrics.weights import Weights
from layersmith.engine.unsupported import Unsupported

__all__ = ["AVERAGES", "f_score"]

AVERAGES = (None, "macro", "micro", "weighted")
_STATE = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")


def f_score(
    name: str, num_classes: int, *, beta: float = 1.0, average: str | None = None, threshold: float | None = None
) -> Metric:
    """Return the F-score of `num_classes` classes.

    Args:
        name: Its name.
        num_classes: Length of the last axis of targets and outputs, both `(batch, classes)`.
        beta: How many times recall matters as much as precision.
        average: None for one score per class, or one of `AVERAGES`.
        threshold: What an output must exceed to be positive; None where the largest of a row is.

    Example:
        >>> metric = f_score("f1", 2, average="macro")
        >>> y_true, y_pred = jnp.array([[1, 0], [0, 1]]), jnp.array([[0.9, 0.1], [0.2, 0.8]])
        >>> round(float(metric.result(metric.update(metric.init(), y_true, y_pred))), 4)
        1.0
    """
    axis = None if average == "micro" else 0
    shape = () if average == "micro" else (num_classes,)

    def accumulate(state: State, y_true: jax.Array, y_pred: jax.Array, weights: Weights) -> State:
        if weights.sample is not None and weights.sample.ndim != 1:
            raise Unsupported(f"metric {name!r}", f"sample weights of shape {weights.sample.shape}")
        weight = weights.of_values(y_pred)
        truth, found = y_true.astype(jnp.float32), _predicted(y_pred.astype(jnp.float32), threshold)
        parts = (found * truth, found * (1.0 - truth), (1.0 - found) * truth, truth)
        sums = {key: jnp.sum(part * weight, axis=axis) for key, part in zip(_STATE, parts, strict=True)}
        return {key: state[key] + sums[key] for key in state}

    return Metric(
        name=name,
        init=lambda: zero_counts(_STATE, shape),
        accumulate=accumulate,
        result=lambda state: _average(_score(state, beta), state["intermediate_weights"], average),
    )


def _predicted(y_pred: jax.Array, threshold: float | None) -> jax.Array:
    if threshold is not None:
        return jnp.greater(y_pred, threshold).astype(jnp.float32)
    largest = jnp.max(y_pred, axis=-1, keepdims=True)
    return ((y_pred >= largest) & (jnp.abs(y_pred) > 1e-9)).astype(jnp.float32)


def _score(state: State, beta: float) -> jax.Array:
    tp = state["true_positives"]
    precision = tp / (tp + state["false_positives"] + EPSILON)
    recall = tp / (tp + state["false_negatives"] + EPSILON)
    return precision * recall / (beta**2 * precision + recall + EPSILON) * (1.0 + beta**2)


def _average(scores: jax.Array, weights: jax.Array, average: str | None) -> jax.Array:
    if average is None:
        return scores
    if average == "weighted":
        return jnp.sum(scores * (weights / (jnp.sum(weights) + EPSILON)))
    return jnp.mean(scores)
