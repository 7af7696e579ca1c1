"""Rows that exist and rows that only fill up the last batch.

A compiled epoch has batches of one size, so the last one is padded. A row mask, `(batch,)` of 0 and 1, says which rows
exist. Rows that do not are replaced by harmless values *before* a formula sees them: zero times the gradient of a
logarithm at zero would be NaN, and Keras' hinge looks at all targets of the batch at once.
"""

import math

import jax
import jax.numpy as jnp

__all__ = ["count_rows", "divide_or_zero", "drop_dead", "fill_dead", "sum_live"]


def fill_dead(y_true: jax.Array, y_pred: jax.Array, row_mask: jax.Array | None) -> tuple[jax.Array, jax.Array]:
    """Return targets and outputs with the dead rows set to 0 and to one half.

    Args:
        y_true: `(batch, ...)`, any dtype.
        y_pred: `(batch, ...)`.
        row_mask: `(batch,)`, not zero where the row exists; None where all do.
    """
    return drop_dead(y_true, row_mask), drop_dead(y_pred, row_mask, fill=0.5)


def drop_dead(values: jax.Array, row_mask: jax.Array | None, fill: float = 0.0) -> jax.Array:
    """Return `values` with `fill` in the dead rows, whatever stood there, NaN included.

    Example:
        >>> drop_dead(jnp.array([1.0, jnp.nan]), jnp.array([1.0, 0.0])).tolist()
        [1.0, 0.0]
    """
    if row_mask is None:
        return values
    values = jnp.asarray(values)  # NumPy's int64 would not pass as a dtype below
    live = row_mask.astype(bool).reshape(row_mask.shape[:1] + (1,) * (values.ndim - 1))
    return jnp.where(live, values, jnp.asarray(fill, dtype=values.dtype))


def sum_live(values: jax.Array, row_mask: jax.Array | None) -> jax.Array:
    """Return the sum of all `values` in live rows."""
    return jnp.sum(drop_dead(values, row_mask))


def count_rows(values: jax.Array, row_mask: jax.Array | None) -> jax.Array:
    """Return how many entries of `values` stand in live rows, as float32.

    Example:
        >>> float(count_rows(jnp.zeros((3, 4)), jnp.array([1.0, 1.0, 0.0])))
        8.0
    """
    if row_mask is None:
        return jnp.float32(values.size)
    return jnp.sum(row_mask, dtype=jnp.float32) * jnp.float32(math.prod(values.shape[1:]))


def divide_or_zero(numerator: jax.Array, denominator: jax.Array) -> jax.Array:
    """Return the quotient, and zero where `denominator` is zero; so are the gradients.

    Example:
        >>> divide_or_zero(jnp.array([1.0, 1.0]), jnp.array([2.0, 0.0])).tolist()
        [0.5, 0.0]
    """
    empty = jnp.equal(denominator, 0)
    one, zero = jnp.ones_like(denominator), jnp.zeros_like(denominator)
    return jnp.where(empty, zero, numerator / jnp.where(empty, one, denominator))
