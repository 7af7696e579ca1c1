"""Metrics that are a mean over rows of a function of targets and outputs.

Keras' `Mean` and `MeanMetricWrapper` (keras/src/metrics/reduction_metrics.py): each row's values are averaged, rows
are summed with their weights, and the sum of the weights is kept beside.
"""

from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.losses.formulas import Values
from layersmith.engine.losses.mean_over import mean_over
from layersmith.engine.losses.rows import count_rows, divide_or_zero, sum_live
from layersmith.engine.losses.weights import align_weights, join_weights
from layersmith.engine.metrics.metric import Metric, State
from layersmith.engine.metrics.weights import Weights
from layersmith.engine.unsupported import Unsupported

__all__ = ["mean_of", "root_mean_square"]


def mean_of(name: str, values: Values, counted: Values | None = None) -> Metric:
    """Return the metric that averages `values`.

    Args:
        name: Its name.
        values: `(y_true, y_pred)` to `(batch, ...)`.
        counted: `(y_true, y_pred)` to where entries count. Keras looks at it only where there are sample weights too,
            and so does this.

    Example:
        >>> metric = mean_of("distance", lambda y_true, y_pred: jnp.abs(y_true - y_pred))
        >>> float(metric.result(metric.update(metric.init(), jnp.zeros((2, 1)), jnp.array([[1.0], [4.0]]))))
        2.5
    """

    def accumulate(state: State, y_true: jax.Array, y_pred: jax.Array, weights: Weights) -> State:
        weight = join_weights(weights.mask, weights.sample)
        if weight is not None and counted is not None:
            weight = join_weights(counted(y_true, y_pred), weight)
        return _add_rows(state, values(y_true, y_pred).astype(jnp.float32), weight, weights.rows)

    return Metric(name=name, init=_zeros, accumulate=accumulate, result=_mean)


def root_mean_square(name: str, values: Values) -> Metric:
    """Return the metric that is the root of the mean of `values`, which are squares; it passes over output masks.

    Example:
        >>> metric = root_mean_square("rmse", lambda y_true, y_pred: jnp.square(y_true - y_pred))
        >>> float(metric.result(metric.update(metric.init(), jnp.zeros((2, 1)), jnp.array([[3.0], [3.0]]))))
        3.0
    """

    def accumulate(state: State, y_true: jax.Array, y_pred: jax.Array, weights: Weights) -> State:
        return _add_rows(state, values(y_true, y_pred), join_weights(weights.sample, None), weights.rows)

    return Metric(name=name, init=_zeros, accumulate=accumulate, result=lambda state: jnp.sqrt(_mean(state)))


def _zeros() -> State:
    return {"total": jnp.zeros((), jnp.float32), "count": jnp.zeros((), jnp.float32)}


def _mean(state: State) -> Any:
    return divide_or_zero(state["total"], state["count"])


def _add_rows(state: State, values: jax.Array, weight: jax.Array | None, rows: jax.Array | None) -> State:
    if weight is None:
        values = _per_row(values, keep=1)
        count = count_rows(values, rows)
    else:
        values, weight = _weigh(values, weight)
        count = sum_live(weight, rows)
    return {"total": state["total"] + sum_live(values, rows), "count": state["count"] + count}


def _weigh(values: jax.Array, weight: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Weighted values and weights, both `(batch,)`."""
    if values.ndim > weight.ndim and values.shape[weight.ndim :] != (1,):
        values = _per_row(values, keep=weight.ndim)
    values, weight = align_weights(values, weight)
    if weight.shape != values.shape and jnp.broadcast_shapes(weight.shape, values.shape) != values.shape:
        raise Unsupported("sample weights", f"shape {weight.shape} for values of shape {values.shape}")
    weight = jnp.broadcast_to(weight, values.shape)
    return _per_row(values * weight, keep=1), _per_row(weight, keep=1)


def _per_row(values: jax.Array, keep: int) -> jax.Array:
    """Average over all axes but the first `keep`."""
    return mean_over(values, *range(keep, values.ndim)) if values.ndim > keep else values
