"""Focal crossentropies: what is already right counts less.

`alpha (1 - p)^gamma` times the crossentropy (Lin et al., arXiv 1708.02002; keras/src/losses/losses.py).
All arrays are float32.
"""

import jax
import jax.numpy as jnp

from layersmith.engine.losses.crossentropy import clip_probabilities, smooth_binary, smooth_classes

__all__ = ["binary_focal_crossentropy", "categorical_focal_crossentropy"]


def binary_focal_crossentropy(
    y_true: jax.Array,
    y_pred: jax.Array,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    **smoothing: float,
) -> jax.Array:
    """Return the mean focal binary crossentropy along the last axis, or along `axis`.

    Args:
        y_true: `(batch, ..., labels)` of 0 and 1.
        y_pred: Probabilities or logits, of the same shape.
        apply_class_balancing: Whether ones weigh `alpha` and zeros `1 - alpha`.
        alpha: The weight of ones, 0 to 1.
        gamma: The exponent of the focus, at least 0.
        **smoothing: `from_logits`, `label_smoothing` and `axis`, as in `binary_crossentropy`.

    Example:
        >>> round(binary_focal_crossentropy(jnp.array([[1.0]]), jnp.array([[0.5]])).item(), 4)
        0.1733
    """
    y_true = smooth_binary(y_true, smoothing.get("label_smoothing", 0.0))
    if smoothing.get("from_logits", False):
        y_pred = jax.nn.sigmoid(y_pred)
    clipped = clip_probabilities(y_pred)
    values = -(y_true * jnp.log(clipped) + (1.0 - y_true) * jnp.log(1.0 - clipped))
    values *= jnp.power(1.0 - (y_true * y_pred + (1.0 - y_true) * (1.0 - y_pred)), gamma)
    if apply_class_balancing:
        values *= y_true * alpha + (1.0 - y_true) * (1.0 - alpha)
    return jnp.mean(values, axis=int(smoothing.get("axis", -1)))


def categorical_focal_crossentropy(
    y_true: jax.Array, y_pred: jax.Array, alpha: float = 0.25, gamma: float = 2.0, **smoothing: float
) -> jax.Array:
    """Return the focal crossentropy of class distributions along the last axis, or along `axis`.

    Args:
        y_true: `(batch, ..., classes)` of shares, mostly one-hot.
        y_pred: Probabilities or logits, of the same shape.
        alpha: The weight of every class.
        gamma: The exponent of the focus, at least 0.
        **smoothing: `from_logits`, `label_smoothing` and `axis`, as in `categorical_crossentropy`.

    Example:
        >>> round(categorical_focal_crossentropy(jnp.array([[0.0, 1.0]]), jnp.array([[0.5, 0.5]])).item(), 4)
        0.0433
    """
    axis = int(smoothing.get("axis", -1))
    y_true = smooth_classes(y_true, smoothing.get("label_smoothing", 0.0))
    if smoothing.get("from_logits", False):
        y_pred = jax.nn.softmax(y_pred, axis=axis)
    y_pred = clip_probabilities(y_pred / jnp.sum(y_pred, axis=axis, keepdims=True))
    return jnp.sum(-y_true * jnp.log(y_pred) * jnp.power(1.0 - y_pred, gamma) * alpha, axis=axis)
