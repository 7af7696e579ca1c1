"""GlobalMaxPooling and GlobalAveragePooling in one, two and three dimensions."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.windows import require_channels_last
from layersmith.graph import Node

__all__ = ["global_average_pooling", "global_max_pooling"]


def global_max_pooling(node: Node, place: Place) -> Forward:
    """Lower `GlobalMaxPooling1D`, `GlobalMaxPooling2D` and `GlobalMaxPooling3D`.

    Raises:
        Unsupported: If channels come first.
    """
    del place
    require_channels_last(node)
    keepdims = bool(node.config["keepdims"])
    return lambda weights, args, kwargs, env: jnp.max(args[0], axis=_space(args[0]), keepdims=keepdims)


def global_average_pooling(node: Node, place: Place) -> Forward:
    """Lower `GlobalAveragePooling1D`, `GlobalAveragePooling2D` and `GlobalAveragePooling3D`.

    In one dimension a mask `(batch, steps)` leaves steps out.

    Raises:
        Unsupported: If channels come first.
    """
    del place
    require_channels_last(node)
    keepdims = bool(node.config["keepdims"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, env
        x, mask = args[0], kwargs.get("mask", args[1] if len(args) > 1 else None)
        if mask is None:
            return jnp.mean(x, axis=_space(x), keepdims=keepdims)
        kept = mask.astype(bool)[..., None]  # (batch, steps, 1)
        total = jnp.sum(jnp.where(kept, x, jnp.zeros_like(x)), axis=1, keepdims=keepdims)
        return total / jnp.sum(kept.astype(x.dtype), axis=1, keepdims=keepdims)

    return forward


def _space(x: Any) -> tuple[int, ...]:
    return tuple(range(1, x.ndim - 1))
