"""Gradient clipping: by value, by the norm of each variable, by the norm of all."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

__all__ = ["CLIPPINGS", "clip_by_global_norm", "clip_by_norm", "clip_by_value", "clip_gradients", "clipping_of"]


def clip_by_norm(gradients: dict[str, jax.Array], limit: jax.Array) -> dict[str, jax.Array]:
    """Scale each gradient whose Euclidean norm exceeds `limit` down to it.

    Source: `_clip_by_norm` in `keras/src/optimizers/base_optimizer.py`.

    Example:
        >>> clip_by_norm({"kernel": jnp.array([3.0, 4.0])}, jnp.float32(2.5))["kernel"].tolist()
        [1.5, 2.0]
    """
    return {name: _within_norm(gradient, limit) for name, gradient in gradients.items()}


def _within_norm(gradient: jax.Array, limit: jax.Array) -> jax.Array:
    return gradient * limit / jnp.maximum(jnp.sqrt(jnp.sum(jnp.square(gradient))), limit)


def clip_by_global_norm(gradients: dict[str, jax.Array], limit: jax.Array) -> dict[str, jax.Array]:
    """Scale all gradients by one factor, so that their common norm does not exceed `limit`.

    A norm that is not finite makes every gradient NaN, as in Keras.

    Source: `clip_by_global_norm` in `keras/src/optimizers/base_optimizer.py`.
    """
    norm = jnp.sqrt(jnp.sum(jnp.stack([jnp.sum(jnp.square(gradient)) for gradient in gradients.values()])))
    scale = limit * jnp.minimum(1.0 / norm, 1.0 / limit) + (norm - norm)
    return {name: gradient * scale for name, gradient in gradients.items()}


def clip_by_value(gradients: dict[str, jax.Array], limit: jax.Array) -> dict[str, jax.Array]:
    """Cut every entry at `limit` and `-limit`."""
    return {name: jnp.clip(gradient, -limit, limit) for name, gradient in gradients.items()}


CLIPPINGS = {"clipnorm": clip_by_norm, "global_clipnorm": clip_by_global_norm, "clipvalue": clip_by_value}
"""Clippings by their name in Keras, in the order in which Keras looks for them."""


def clipping_of(config: Mapping[str, Any]) -> str | None:
    """Return which clipping a configuration asks for; a limit that is not positive asks for none.

    Example:
        >>> clipping_of({"clipnorm": None, "global_clipnorm": 1.0, "clipvalue": None})
        'global_clipnorm'
    """
    return next((name for name in CLIPPINGS if config.get(name) and config[name] > 0), None)


def clip_gradients(
    kind: str | None, gradients: dict[str, jax.Array], hyper: Mapping[str, jax.Array]
) -> dict[str, jax.Array]:
    """Clip `gradients` as `kind`, a key of `CLIPPINGS`, says; the limit is the entry of that name in `hyper`."""
    return gradients if kind is None else CLIPPINGS[kind](gradients, hyper[kind])
