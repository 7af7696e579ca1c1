"""RMSNormalization (Zhang and Sennrich 2019, arXiv 1910.07467; keras/src/ops/nn.py `_rms_normalization`).

    y = x / sqrt(mean(x^2) + epsilon) * scale

The mean is taken over the layer's axes, of each row.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.layer_normalization import row_axes
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.graph import Node

__all__ = ["rms_normalization"]


def rms_normalization(node: Node, place: Place) -> Forward:
    """Lower `RMSNormalization`; its scale broadcasts from the right, as in Keras.

    Raises:
        Unsupported: If it normalises across rows.
    """
    del place
    axes, epsilon = row_axes(node), float(node.config["epsilon"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs, env
        inverse = jax.lax.rsqrt(jnp.mean(jnp.square(args[0]), axis=axes, keepdims=True) + epsilon)
        return args[0] * inverse * weights["scale"]

    return forward
