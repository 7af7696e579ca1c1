"""Crossentropies: binary, categorical and sparse categorical, from probabilities or from logits.

`-sum(y log p)`. Probabilities are normalised along the class axis and clipped to `[1e-7, 1 - 1e-7]` exactly as Keras
does on the JAX backend (keras/src/backend/jax/nn.py), which never looks behind a softmax for its logits.
All arrays are float32.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from layersmith.engine.losses.mean_over import mean_over

__all__ = [
    "EPSILON",
    "binary_crossentropy",
    "categorical_crossentropy",
    "clip_probabilities",
    "is_counted",
    "smooth_binary",
    "smooth_classes",
    "sparse_categorical_crossentropy",
]

EPSILON = 1e-7


def binary_crossentropy(
    y_true: jax.Array, y_pred: jax.Array, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> jax.Array:
    """Return the mean binary crossentropy along `axis`.

    Args:
        y_true: `(batch, ..., labels)` of 0 and 1.
        y_pred: Probabilities or logits, of the same shape.
        from_logits: Whether `y_pred` holds logits.
        label_smoothing: How far targets move towards one half, 0 to 1.
        axis: The axis of the mean.

    Example:
        >>> round(binary_crossentropy(jnp.array([[1.0]]), jnp.array([[0.5]])).item(), 4)
        0.6931
    """
    y_true = smooth_binary(y_true, label_smoothing)
    if from_logits:
        positive, negative = jax.nn.log_sigmoid(y_pred), jax.nn.log_sigmoid(-y_pred)
    else:
        y_pred = clip_probabilities(y_pred)
        positive, negative = jnp.log(y_pred), jnp.log(1.0 - y_pred)
    return mean_over(-(y_true * positive + (1.0 - y_true) * negative), axis)


def categorical_crossentropy(
    y_true: jax.Array, y_pred: jax.Array, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> jax.Array:
    """Return the crossentropy of class distributions along `axis`.

    Args:
        y_true: `(batch, ..., classes)` of shares, mostly one-hot.
        y_pred: Probabilities or logits, of the same shape.
        from_logits: Whether `y_pred` holds logits.
        label_smoothing: How far targets move towards the uniform distribution, 0 to 1.
        axis: The axis of the classes.

    Example:
        >>> round(categorical_crossentropy(jnp.array([[0.0, 1.0]]), jnp.zeros((1, 2)), from_logits=True).item(), 4)
        0.6931
    """
    y_true = smooth_classes(y_true, label_smoothing)
    return -jnp.sum(y_true * _log_probabilities(y_pred, from_logits, axis), axis=axis)


def sparse_categorical_crossentropy(
    y_true: jax.Array, y_pred: jax.Array, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> jax.Array:
    """Return the crossentropy of class numbers; a number that names no class costs nothing.

    Args:
        y_true: `(batch, ...)` or `(batch, ..., 1)` of class numbers.
        y_pred: `(batch, ..., classes)` of probabilities or logits.
        from_logits: Whether `y_pred` holds logits.
        ignore_class: A class number that costs nothing; see `is_counted`.
        axis: The axis of the classes, the last.

    Example:
        >>> round(sparse_categorical_crossentropy(jnp.array([1.0]), jnp.array([[0.5, 0.5]])).item(), 4)
        0.6931
    """
    y_true = _class_numbers(y_true, y_pred)
    counted = is_counted(y_true, y_pred, ignore_class=ignore_class)
    if counted is not None:
        y_true = jnp.where(counted, y_true, jnp.zeros_like(y_true))
        y_pred = jnp.where(counted[..., None], y_pred, jnp.zeros_like(y_pred))
    numbers, classes = y_true.astype(jnp.int32), y_pred.shape[-1]
    one_hot = jax.nn.one_hot(numbers, classes, dtype=y_pred.dtype)
    if from_logits:
        values = -jnp.sum(one_hot * _log_probabilities(y_pred, from_logits, axis), axis=axis)
    else:  # the one class first, then its logarithm: a tenth of the code to compile, and of the logarithms
        share = jnp.sum(one_hot * y_pred, axis=axis) / jnp.sum(y_pred, axis=axis)
        is_class = (numbers >= 0) & (numbers < classes)
        values = jnp.where(is_class, -jnp.log(clip_probabilities(share)), jnp.zeros_like(share))
    return values if counted is None else jnp.where(counted, values, jnp.zeros_like(values))


def is_counted(y_true: jax.Array, y_pred: jax.Array, *, ignore_class: int | None) -> jax.Array | None:
    """Return where targets are not `ignore_class`, `y_pred.shape[:-1]`; None where no class is ignored."""
    if ignore_class is None:
        return None
    return jnp.not_equal(_class_numbers(y_true, y_pred), jnp.asarray(ignore_class, dtype=y_true.dtype))


def smooth_binary(y_true: jax.Array, label_smoothing: float) -> jax.Array:
    """Return targets moved towards one half by `label_smoothing`, 0 to 1."""
    return y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing if label_smoothing else y_true


def smooth_classes(y_true: jax.Array, label_smoothing: float) -> jax.Array:
    """Return class shares moved towards the uniform distribution by `label_smoothing`, 0 to 1."""
    return y_true * (1.0 - label_smoothing) + label_smoothing / y_true.shape[-1] if label_smoothing else y_true


def clip_probabilities(y_pred: jax.Array) -> jax.Array:
    """Return probabilities within `[1e-7, 1 - 1e-7]`, where their logarithms are finite."""
    clipped: jax.Array = _clip(y_pred)
    return clipped


def _clipped(y_pred: jax.Array) -> jax.Array:
    return lax.clamp(EPSILON, y_pred, 1.0 - EPSILON)


def _sloped(primals: tuple[jax.Array], tangents: tuple[jax.Array]) -> tuple[jax.Array, jax.Array]:
    """Return the clipped probabilities with their tangents: the slope of `jnp.clip`, one half at the bounds."""
    (y_pred,), (tangent,) = primals, tangents
    low, high = EPSILON, 1.0 - EPSILON
    within, inside = (y_pred >= low) & (y_pred <= high), (y_pred > low) & (y_pred < high)
    return _clipped(y_pred), 0.5 * (within.astype(tangent.dtype) + inside.astype(tangent.dtype)) * tangent


_clip: Any = jax.custom_jvp(_clipped)  # JAX's own rule compiles to two chains of selections
_clip.defjvp(_sloped)


def _log_probabilities(y_pred: jax.Array, from_logits: bool, axis: int) -> jax.Array:
    if from_logits:
        return jax.nn.log_softmax(y_pred, axis=axis)
    return jnp.log(clip_probabilities(y_pred / jnp.sum(y_pred, axis=axis, keepdims=True)))


def _class_numbers(y_true: jax.Array, y_pred: jax.Array) -> jax.Array:
    return y_true.reshape(y_pred.shape[:-1])
