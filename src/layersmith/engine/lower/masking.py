"""Masking: the layer that begins a mask (keras/src/layers/core/masking.py). The mask itself is `mask_rules`' part."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["masking"]


def masking(node: Node, place: Place) -> Forward:
    """Lower `Masking`: steps where all features equal `mask_value` become zero."""
    del place
    value = node.config["mask_value"]
    if not isinstance(value, (int, float)):
        raise Unsupported(f"layer {node.layer_name!r} (Masking)", "a mask_value that is no number")

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, kwargs, env
        live = jnp.any(args[0] != jnp.asarray(value, args[0].dtype), axis=-1, keepdims=True)
        return jnp.where(live, args[0], jnp.zeros_like(args[0]))

    return forward
