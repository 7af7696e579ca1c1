"""The coefficient of determination, R² (keras/src/metrics/regression_metrics.py)."""

import jax
import jax.numpy as jnp

from layersmith.engine.losses.shapes import match_ranks
from layersmith.engine.metrics.confusion import zero_counts
from layersmith.engine.metrics.metric import Metric, State
from layersmith.engine.metrics.weights import Weights

__all__ = ["AGGREGATIONS", "r_squared"]

AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")
_STATE = ("squared_sum", "sum", "residual", "count")


def r_squared(name: str, num_values: int, *, class_aggregation: str | None = "uniform_average") -> Metric:
    """Return R² of outputs `(batch, values)`: 1 minus the squared errors over the targets' squared deviations.

    Like Keras', it is NaN where the targets are constant and met exactly, or where no row was seen.

    Args:
        name: Its name.
        num_values: Length of the last axis of the outputs.
        class_aggregation: None for one score per value, or one of `AGGREGATIONS`.

    Example:
        >>> metric = r_squared("r2", 1)
        >>> y_true, y_pred = jnp.array([0.0, 2.0]), jnp.array([[0.0], [1.0]])
        >>> float(metric.result(metric.update(metric.init(), y_true, y_pred)))
        0.5
    """

    def accumulate(state: State, y_true: jax.Array, y_pred: jax.Array, weights: Weights) -> State:
        y_true, y_pred = match_ranks(y_true.astype(jnp.float32), y_pred.astype(jnp.float32))
        weight = weights.of_values(y_true)
        parts = (y_true * y_true * weight, y_true * weight, jnp.square(y_true - y_pred) * weight, weight)
        return {key: state[key] + jnp.sum(part, axis=0) for key, part in zip(_STATE, parts, strict=True)}

    return Metric(
        name=name,
        init=lambda: zero_counts(_STATE, (num_values,)),
        accumulate=accumulate,
        result=lambda state: _result(state, class_aggregation),
    )


def _result(state: State, class_aggregation: str | None) -> jax.Array:
    total = state["squared_sum"] - state["sum"] * (state["sum"] / state["count"])
    scores = 1.0 - state["residual"] / total
    scores = jnp.where(jnp.isinf(scores), 0.0, scores)
    if class_aggregation is None:
        return scores
    if class_aggregation == "uniform_average":
        return jnp.mean(scores)
    return jnp.sum(total * scores) / jnp.sum(total)
