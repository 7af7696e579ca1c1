"""Embedding: rows of a table by whole numbers (keras/src/layers/core/embedding.py).

Its mask (`mask_zero`) is a `NotEqual` operation of its own in the graph, so nothing of it is seen here.
"""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["embedding"]


def embedding(node: Node, place: Place) -> Forward:
    """Lower `Embedding`: indices of any shape become `(*shape, output_dim)`.

    Raises:
        Unsupported: If the layer has LoRA weights or is quantised.
    """
    del place
    if node.config.get("lora_rank") or node.config.get("quantization_config"):
        raise Unsupported(f"layer {node.layer_name!r} (Embedding)", "LoRA or quantisation")

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs, env
        return jnp.take(weights["embeddings"], args[0].astype(jnp.int32), axis=0)

    return forward
