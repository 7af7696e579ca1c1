"""Losses of regression: means of a function of the error along the last axis.

Targets and outputs are float32 `(batch, ..., values)`, of one shape or with axes of one that broadcast; each function
returns `(batch, ...)`. Formulas as in keras/src/losses/losses.py.
"""

import math

import jax
import jax.numpy as jnp

from layersmith.engine.losses.crossentropy import EPSILON
from layersmith.engine.losses.mean_over import mean_over

__all__ = [
    "cosine_similarity",
    "huber",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
]


def mean_squared_error(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return the mean of the squared errors.

    Example:
        >>> mean_squared_error(jnp.array([[0.0, 2.0]]), jnp.array([[1.0, 5.0]])).tolist()
        [5.0]
    """
    return mean_over(jnp.square(y_true - y_pred), -1)


def mean_absolute_error(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return the mean of the absolute errors.

    Example:
        >>> mean_absolute_error(jnp.array([[0.0, 2.0]]), jnp.array([[1.0, 5.0]])).tolist()
        [2.0]
    """
    return mean_over(jnp.abs(y_true - y_pred), -1)


def mean_absolute_percentage_error(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return the mean of the absolute errors in percent of the targets, which count as at least 1e-7.

    Example:
        >>> mean_absolute_percentage_error(jnp.array([[2.0]]), jnp.array([[1.0]])).tolist()
        [50.0]
    """
    return 100.0 * mean_over(jnp.abs((y_true - y_pred) / jnp.maximum(jnp.abs(y_true), EPSILON)), -1)


def mean_squared_logarithmic_error(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return the mean of the squared errors of `log(1 + y)`; values below 1e-7 count as 1e-7.

    Example:
        >>> round(mean_squared_logarithmic_error(jnp.array([[1.0]]), jnp.array([[3.0]])).item(), 4)
        0.4805
    """
    error = jnp.log(jnp.maximum(y_pred, EPSILON) + 1.0) - jnp.log(jnp.maximum(y_true, EPSILON) + 1.0)
    return mean_over(jnp.square(error), -1)


def huber(y_true: jax.Array, y_pred: jax.Array, delta: float = 1.0) -> jax.Array:
    """Return the mean of errors that count squared up to `delta` and linearly beyond.

    Example:
        >>> huber(jnp.array([[0.0, 0.0]]), jnp.array([[1.0, 3.0]])).tolist()
        [1.5]
    """
    error = y_pred - y_true
    size = jnp.abs(error)
    return mean_over(jnp.where(size <= delta, 0.5 * jnp.square(error), delta * size - 0.5 * delta * delta), -1)


def log_cosh(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return the mean of `log(cosh(error))`, in a form that does not overflow.

    Example:
        >>> round(log_cosh(jnp.array([[0.0]]), jnp.array([[1000.0]])).item(), 2)
        999.31
    """
    error = y_pred - y_true
    return mean_over(error + jax.nn.softplus(error * -2.0) - math.log(2.0), -1)


def cosine_similarity(y_true: jax.Array, y_pred: jax.Array, axis: int = -1) -> jax.Array:
    """Return the negative cosine between targets and outputs along `axis`: -1 where they point the same way.

    Example:
        >>> cosine_similarity(jnp.array([[0.0, 2.0]]), jnp.array([[0.0, 1.0]])).tolist()
        [-1.0]
    """
    return -jnp.sum(_to_unit_length(y_true, axis) * _to_unit_length(y_pred, axis), axis=axis)


def _to_unit_length(values: jax.Array, axis: int) -> jax.Array:
    inverse = jax.lax.rsqrt(jnp.sum(jnp.square(values), axis=axis, keepdims=True))
    return values * jnp.minimum(inverse, 1.0 / EPSILON)
