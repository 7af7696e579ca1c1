"""Sample weights brought to the rank of what they weigh, as Keras does it."""

import jax
import jax.numpy as jnp

from layersmith.engine.losses.shapes import match_ranks
from layersmith.engine.unsupported import Unsupported

__all__ = ["align_weights", "join_weights"]


def align_weights(values: jax.Array, weights: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return `values` and float32 `weights` in one rank.

    Args:
        values: `(batch, ...)`.
        weights: `(batch,)`, `(batch, 1)`, or the shape of the values.

    Raises:
        Unsupported: If the shapes do not fit; Keras would broadcast the batch against another axis, or fail.

    Example:
        >>> [part.shape for part in align_weights(jnp.ones(3), jnp.ones((3, 1)))]
        [(3, 1), (3, 1)]
    """
    values, weights = match_ranks(values, weights.astype(jnp.float32))
    axes = zip(values.shape, weights.shape, strict=False)
    if values.ndim != weights.ndim or any(1 not in axis and axis[0] != axis[1] for axis in axes):
        raise Unsupported("sample weights", f"shape {weights.shape} for values of shape {values.shape}")
    return values, weights


def join_weights(first: jax.Array | None, second: jax.Array | None) -> jax.Array | None:
    """Return the product of two weights, or the one that is not None.

    Raises:
        Unsupported: If their shapes do not fit.
    """
    if first is None or second is None:
        given = second if first is None else first
        return None if given is None else given.astype(jnp.float32)
    first, second = align_weights(first.astype(jnp.float32), second)
    return first * second
