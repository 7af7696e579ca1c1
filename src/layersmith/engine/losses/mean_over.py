"""A mean over axes which are often one entry long, as the last axis of a network with one output is."""

import jax
import jax.numpy as jnp
from jax import lax

__all__ = ["mean_over"]


def mean_over(values: jax.Array, *axes: int) -> jax.Array:
    """Return the mean of `values` over `axes`, which are dropped.

    Where they hold one entry each, nothing is summed: JAX would trace a sum and a division, and XLA compile them.

    Example:
        >>> mean_over(jnp.array([[1.0, 2.0], [3.0, 4.0]]), -1).tolist(), mean_over(jnp.array([[5.0]]), -1).tolist()
        ([1.5, 3.5], [5.0])
    """
    if all(values.shape[axis] == 1 for axis in axes) and jnp.issubdtype(values.dtype, jnp.floating):
        return lax.squeeze(values, axes)
    return jnp.mean(values, axis=axes)
