"""From values per sample to the one number a step descends.

Keras' rules (`reduce_weighted_values`, keras/src/losses/loss.py), with one addition: rows that only fill up the last
batch count nowhere, neither in the sum nor in what it is divided by.
"""

import jax
import jax.numpy as jnp

from layersmith.engine.losses.loss import Loss
from layersmith.engine.losses.rows import count_rows, divide_or_zero, fill_dead, sum_live
from layersmith.engine.losses.shapes import match_ranks
from layersmith.engine.losses.weights import align_weights, join_weights

__all__ = ["reduce"]


def reduce(
    loss: Loss,
    y_true: jax.Array,
    y_pred: jax.Array,
    *,
    sample_weight: jax.Array | None = None,
    row_mask: jax.Array | None = None,
    mask: jax.Array | None = None,
) -> jax.Array:
    """Return the loss of a batch, a float32 scalar; 0 where no row exists.

    Args:
        loss: The loss.
        y_true: Targets `(batch, ...)`, integers or floats.
        y_pred: Outputs `(batch, ..., values)`.
        sample_weight: `(batch,)`, `(batch, 1)`, or one weight per value.
        row_mask: `(batch,)` of 0 and 1: which rows exist; None where all do.
        mask: The mask that Keras would carry on the outputs, in the shape of the values; None where there is none.

    Raises:
        Unsupported: While tracing, if the weights do not fit the values.

    Example:
        >>> from layersmith.engine.losses import resolve_loss
        >>> loss = resolve_loss("mse", (None, 1), (None,))
        >>> float(reduce(loss, jnp.zeros(3), jnp.ones((3, 1)), row_mask=jnp.array([1.0, 1.0, 0.0])))
        1.0
    """
    y_true, y_pred = fill_dead(y_true, y_pred, row_mask)
    values = loss.values(y_true, y_pred)
    counted = _both(mask, loss.counted(y_true, y_pred) if loss.counted else None)
    weights = join_weights(_mask_weights(loss, counted, row_mask), sample_weight)
    if weights is not None:
        values, weights = align_weights(values, weights)
        values = values * weights
    total = sum_live(values, row_mask)
    if loss.reduction == "sum":
        return total
    if loss.reduction == "mean_with_sample_weight" and weights is not None:
        return divide_or_zero(total, sum_live(weights, row_mask))
    return divide_or_zero(total, count_rows(values, row_mask))


def _both(first: jax.Array | None, second: jax.Array | None) -> jax.Array | None:
    if first is None or second is None:
        return second if first is None else first
    first, second = match_ranks(first.astype(bool), second.astype(bool))
    return first & second


def _mask_weights(loss: Loss, counted: jax.Array | None, row_mask: jax.Array | None) -> jax.Array | None:
    """Weights that leave out what is not counted and keep a mean over all a mean over the rest."""
    if counted is None:
        return None
    weights = counted.astype(jnp.float32)
    if loss.reduction in ("mean", "sum_over_batch_size"):
        weights = weights * divide_or_zero(count_rows(weights, row_mask), sum_live(weights, row_mask))
    return weights
