"""Confusion matrices at many thresholds at once: what precision, recall and the areas are made of.

As in keras/src/metrics/metrics_utils.py. Evenly spaced thresholds are counted in one pass: each output falls into a
bucket, and the counts above a threshold are the sum of the buckets above it. Other thresholds are compared one by one.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from layersmith.engine.losses.crossentropy import EPSILON
from layersmith.engine.metrics.metric import State

__all__ = ["COUNTS", "LOWEST", "Thresholds", "count_confusion", "keep_top_k", "zero_counts"]

COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
LOWEST = -1e10  # below any output: what Keras puts in place of outputs that are not among the top k


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Thresholds an output must exceed to count as positive.

    Attributes:
        values: In ascending order where `even`.
        even: Whether they divide 0 to 1 evenly, ends included (or just outside).
        open: Whether the ends stand just outside 0 and 1, so that an output of 0 exceeds the first.
    """

    values: tuple[float, ...]
    even: bool
    open: bool = False

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(cls, values: Sequence[float]) -> "Thresholds":
        """Return the thresholds a user gave.

        Example:
            >>> Thresholds.of([0.0, 0.5, 1.0]).even, Thresholds.of([0.3]).even
            (True, False)
        """
        return cls(values=tuple(map(float, values)), even=_are_even(values))

    @classmethod
    def spaced(cls, number: int) -> "Thresholds":
        """Return `number` thresholds from 0 to 1, ends included; one alone stands at one half."""
        if number == 1:
            return cls(values=(0.5,), even=False)
        return cls(values=(0.0, *_between(number), 1.0), even=True)

    @classmethod
    def enclosing(cls, number: int, inner: Sequence[float] | None = None) -> "Thresholds":
        """Return the thresholds of an area: `inner`, or `number` evenly spaced, with both ends just outside 0 and 1.

        Example:
            >>> len(Thresholds.enclosing(200)), Thresholds.enclosing(4, [0.1, 0.4]).even
            (200, False)
        """
        inner = sorted(_between(number) if inner is None else inner)
        even = _are_even([0.0, *inner, 1.0]) or number == 2
        return cls(values=(-EPSILON, *inner, 1.0 + EPSILON), even=even, open=True)


def zero_counts(names: Sequence[str], shape: tuple[int, ...]) -> State:
    """Return counts of zero by name."""
    return {name: jnp.zeros(shape, jnp.float32) for name in names}


def count_confusion(y_true: jax.Array, y_pred: jax.Array, weights: jax.Array, thresholds: Thresholds) -> State:
    """Return the four counts of each label at each threshold.

    Args:
        y_true: `(entries, labels)`, not zero where the label holds.
        y_pred: `(entries, labels)`, float32.
        weights: `(entries, labels)`, float32.
        thresholds: What outputs must exceed.

    Returns:
        `COUNTS` by name, each `(thresholds, labels)`, float32.

    Example:
        >>> ones = jnp.ones((2, 1))
        >>> counts = count_confusion(ones, jnp.array([[0.2], [0.9]]), ones, Thresholds.of([0.5]))
        >>> {name: count.item() for name, count in counts.items()}
        {'true_positives': 1.0, 'false_positives': 0.0, 'true_negatives': 0.0, 'false_negatives': 1.0}
    """
    holds = jnp.not_equal(y_true, 0).astype(jnp.float32)
    positives, negatives = holds * weights, (1.0 - holds) * weights
    above = _above_even if thresholds.even else _above_any
    true_positives = above(y_pred, positives, thresholds)
    false_positives = above(y_pred, negatives, thresholds)
    return {
        "true_positives": true_positives,
        "false_positives": false_positives,
        "true_negatives": jnp.sum(negatives, axis=0) - false_positives,
        "false_negatives": jnp.sum(positives, axis=0) - true_positives,
    }


def keep_top_k(y_pred: jax.Array, k: int) -> jax.Array:
    """Return the outputs with all but the `k` largest of the last axis put far below any threshold.

    Example:
        >>> keep_top_k(jnp.array([[0.1, 0.7, 0.2]]), 1).tolist() == [[LOWEST, jnp.float32(0.7).item(), LOWEST]]
        True
    """
    _, indices = jax.lax.top_k(y_pred, k)
    kept = jnp.sum(jax.nn.one_hot(indices, y_pred.shape[-1], dtype=jnp.float32), axis=-2)
    return y_pred * kept + LOWEST * (1.0 - kept)


def _above_any(y_pred: jax.Array, amounts: jax.Array, thresholds: Thresholds) -> jax.Array:
    """`(thresholds, labels)`: the sum of the amounts whose output exceeds the threshold."""
    levels = jnp.asarray(thresholds.values, dtype=jnp.float32)[:, None, None]
    return jnp.sum(jnp.where(y_pred[None] > levels, amounts[None], 0.0), axis=1)


def _above_even(y_pred: jax.Array, amounts: jax.Array, thresholds: Thresholds) -> jax.Array:
    buckets = jnp.ceil(jnp.clip(y_pred, 0.0, 1.0) * (len(thresholds) - 1)) - 1.0
    if thresholds.open:
        buckets = jnp.maximum(buckets, 0.0)
    add_up = functools.partial(jax.ops.segment_sum, num_segments=len(thresholds))  # drops bucket -1
    sums = jax.vmap(add_up, in_axes=1, out_axes=1)(amounts, buckets.astype(jnp.int32))
    return jnp.flip(jnp.cumsum(jnp.flip(sums, axis=0), axis=0), axis=0)


def _between(number: int) -> list[float]:
    return [(index + 1) / (number - 1) for index in range(number - 2)]


def _are_even(values: Sequence[float]) -> bool:
    even = np.arange(len(values), dtype=np.float32) / max(len(values) - 1, 1)
    return len(values) >= 3 and bool(np.allclose(values, even, atol=EPSILON))
