"""Ranks of targets and outputs, matched as Keras matches them.

Keras adds or drops a last axis of length one where two ranks differ by one (`squeeze_or_expand_to_same_rank`,
keras/src/losses/loss.py). Shapes are static, so every rule here is plain Python, decided while tracing.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeAlias

import jax

from layersmith.engine.unsupported import Unsupported

__all__ = ["Fit", "Shape", "check_fit", "fits", "match_ranks", "matched_shapes"]

Shape: TypeAlias = Sequence[int | None]


class Fit(StrEnum):
    """How a formula needs the targets to fit the outputs."""

    SAME = "same"  # equal shapes
    CLASSES = "classes"  # equal shapes, at least two classes
    BROADCAST = "broadcast"  # equal ranks, axes equal or one
    SPARSE = "sparse"  # the outputs' shape without its last axis, or with one there


def matched_shapes(first: Shape, second: Shape) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
    """Return both shapes with a last axis of one added or dropped where the ranks differ by one.

    Example:
        >>> matched_shapes((8,), (8, 1)), matched_shapes((8, 5), (8, 5, 1)), matched_shapes((8,), (8, 3))
        (((8, 1), (8, 1)), ((8, 5), (8, 5)), ((8,), (8, 3)))
    """
    first, second = tuple(first), tuple(second)
    if len(first) == len(second) + 1:
        second, first = matched_shapes(second, first)
    elif len(second) == len(first) + 1 and second[-1] == 1:
        if len(first) == 1:
            first = (*first, 1)
        else:
            second = second[:-1]
    return first, second


def match_ranks(first: jax.Array, second: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return both arrays in their `matched_shapes`."""
    shapes = matched_shapes(first.shape, second.shape)
    return first.reshape(shapes[0]), second.reshape(shapes[1])


def fits(rule: Fit, y_true: Shape, y_pred: Shape) -> bool:
    """Whether targets of shape `y_true` fit outputs of shape `y_pred` under `rule`; the batch axis is not compared.

    Example:
        >>> fits(Fit.SAME, (8, 3), (8, 3)), fits(Fit.SAME, (8,), (8, 3)), fits(Fit.SPARSE, (8,), (8, 3))
        (True, False, True)
    """
    if len(y_pred) < 2:
        return False
    if rule is Fit.SPARSE:
        dropped = y_true[:-1] if len(y_true) == len(y_pred) and y_true[-1] == 1 else y_true
        return len(dropped) == len(y_pred) - 1 and _equal(dropped, y_pred[:-1])
    if len(y_true) != len(y_pred):
        return False
    if rule is Fit.BROADCAST:
        return all(
            1 in pair or _equal(pair[:1], pair[1:], start=0) for pair in zip(y_true[1:], y_pred[1:], strict=True)
        )
    return _equal(y_true, y_pred) and not (rule is Fit.CLASSES and y_pred[-1] == 1)


def check_fit(part: str, rule: Fit, y_true: Shape, y_pred: Shape) -> None:
    """Refuse targets that do not fit the outputs, for `model.fit` to judge.

    Raises:
        Unsupported: If `fits` says no.
    """
    if not fits(rule, y_true, y_pred):
        raise Unsupported(part, f"targets of shape {tuple(y_true)} with outputs of shape {tuple(y_pred)}")


def _equal(first: Shape, second: Shape, start: int = 1) -> bool:
    pairs = zip(first[start:], second[start:], strict=True)
    return all(one == other or one is None or other is None for one, other in pairs)
