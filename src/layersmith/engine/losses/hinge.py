"""Hinge losses: nothing to pay beyond the margin.

Targets are -1 and 1; Keras turns targets that are all 0 and 1 *in the whole batch* into those, and so does this.
Float32 `(batch, ..., values)` in, `(batch, ...)` out. Formulas as in keras/src/losses/losses.py.
"""

import jax
import jax.numpy as jnp

from layersmith.engine.losses.mean_over import mean_over

__all__ = ["categorical_hinge", "hinge", "squared_hinge"]


def hinge(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return the mean of `max(1 - y_true * y_pred, 0)`.

    Example:
        >>> hinge(jnp.array([[1.0], [0.0]]), jnp.array([[0.25], [-2.0]])).tolist()
        [0.75, 0.0]
    """
    return mean_over(_shortfall(y_true, y_pred), -1)


def squared_hinge(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return the mean of `max(1 - y_true * y_pred, 0)` squared.

    Example:
        >>> squared_hinge(jnp.array([[1.0], [-1.0]]), jnp.array([[0.5], [-2.0]])).tolist()
        [0.25, 0.0]
    """
    return mean_over(jnp.square(_shortfall(y_true, y_pred)), -1)


def categorical_hinge(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return `max(best wrong output - right output + 1, 0)` for one-hot targets.

    Example:
        >>> categorical_hinge(jnp.array([[0.0, 1.0]]), jnp.array([[0.5, 1.0]])).tolist()
        [0.5]
    """
    right = jnp.sum(y_true * y_pred, axis=-1)
    wrong = jnp.max((1.0 - y_true) * y_pred, axis=-1)
    return jnp.maximum(wrong - right + 1.0, 0.0)


def _shortfall(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    is_binary = jnp.all(jnp.equal(y_true, 0.0) | jnp.equal(y_true, 1.0))
    signs = jnp.where(is_binary, 2.0 * y_true - 1.0, y_true)
    return jnp.maximum(1.0 - signs * y_pred, 0.0)
