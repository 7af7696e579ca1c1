"""Divergences between distributions: Kullback-Leibler, and Poisson's negative log-likelihood.

Float32 `(batch, ..., values)` in, `(batch, ...)` out. Formulas as in keras/src/losses/losses.py.
"""

import jax
import jax.numpy as jnp

from layersmith.engine.losses.crossentropy import EPSILON

__all__ = ["kl_divergence", "poisson"]


def kl_divergence(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return `sum(y_true log(y_true / y_pred))`, both clipped to `[1e-7, 1]`.

    Example:
        >>> round(kl_divergence(jnp.array([[0.0, 1.0]]), jnp.array([[0.5, 0.5]])).item(), 4)
        0.6931
    """
    y_true, y_pred = jnp.clip(y_true, EPSILON, 1.0), jnp.clip(y_pred, EPSILON, 1.0)
    return jnp.sum(y_true * jnp.log(y_true / y_pred), axis=-1)


def poisson(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    """Return the mean of `y_pred - y_true log(y_pred)`: counts `y_true` under rates `y_pred`, constants left out.

    Example:
        >>> poisson(jnp.array([[2.0]]), jnp.array([[1.0]])).round(5).tolist()
        [1.0]
    """
    return jnp.mean(y_pred - y_true * jnp.log(y_pred + EPSILON), axis=-1)
