"""What each row, and each value of a row, counts in a metric."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp

from layersmith.engine.losses.rows import drop_dead
from layersmith.engine.unsupported import Unsupported

__all__ = ["Weights"]


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights of one batch.

    Attributes:
        sample: The user's sample weights, `(batch,)`, `(batch, 1)`, or one per value; None for none.
        rows: `(batch,)`, 1 where the row exists; None where all do.
        mask: The mask that Keras would carry on the outputs; None for none.
    """

    sample: jax.Array | None = None
    rows: jax.Array | None = None
    mask: jax.Array | None = None

    def of_values(self, values: jax.Array) -> jax.Array:
        """Return float32 weights in the shape of `values`, 0 in rows that do not exist; the mask does not count.

        Weights of rank 1 are those of rows. This is how Keras weighs confusion matrices
        (keras/src/metrics/metrics_utils.py).

        Args:
            values: `(batch, ...)`.

        Raises:
            Unsupported: If the weights do not broadcast to `values` axis by axis.

        Example:
            >>> Weights(sample=jnp.array([2.0, 3.0])).of_values(jnp.zeros((2, 2))).tolist()
            [[2.0, 2.0], [3.0, 3.0]]
        """
        if self.sample is None:
            return drop_dead(jnp.ones(values.shape, dtype=jnp.float32), self.rows)
        sample = self.sample.astype(jnp.float32)
        shape = (*sample.shape, 1)
        if len(shape) == values.ndim + 1:
            shape = shape[:-1]
        axes = zip(shape, values.shape, strict=False)
        if len(shape) != values.ndim or any(one not in (1, other) for one, other in axes):
            raise Unsupported("sample weights", f"shape {sample.shape} for values of shape {values.shape}")
        return drop_dead(jnp.broadcast_to(sample.reshape(shape), values.shape), self.rows)
