"""Masks: how they reach a layer, and the layer that begins them.

Keras records the mask of a call only where the layer is called with one tensor and nothing else. In all other calls the
mask travels on the tensor itself, invisible to the graph; `carries_mask` finds out, and such calls are refused.
"""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["carries_mask", "masking", "require_recorded_mask"]


def carries_mask(node: Node) -> bool:
    """Whether a tensor that the layer is called on carries a mask that Keras may hand over by itself.

    A layer with several calls answers for all of them.
    """
    calls = getattr(node.operation, "_inbound_nodes", ())
    tensors = (tensor for call in calls for tensor in call.arguments.keras_tensors)
    return any(getattr(tensor, "_keras_mask", None) is not None for tensor in tensors)


def require_recorded_mask(node: Node) -> None:
    """Refuse a call of one tensor whose mask is not among its arguments.

    Raises:
        Unsupported: If Keras would find a mask that the graph does not show.
    """
    if "mask" not in node.kwargs and len(node.inputs) == 1 and carries_mask(node):
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", "a mask that travels on the tensor")


def masking(node: Node, place: Place) -> Forward:
    """Lower `Masking`: steps where all features equal `mask_value` become zero (keras/src/layers/core/masking.py)."""
    del place
    value = node.config["mask_value"]
    if not isinstance(value, (int, float)):
        raise Unsupported(f"layer {node.layer_name!r} (Masking)", "a mask_value that is no number")

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, kwargs, env
        live = jnp.any(args[0] != jnp.asarray(value, args[0].dtype), axis=-1, keepdims=True)
        return jnp.where(live, args[0], jnp.zeros_like(args[0]))

    return forward
