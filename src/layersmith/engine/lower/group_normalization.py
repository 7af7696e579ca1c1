"""GroupNormalization (Wu and He 2018, arXiv 1803.08494; keras/src/layers/normalization/group_normalization.py).

Channels are divided into groups; each group of each row is normalised by its own mean and variance over all other
axes. One group per channel is instance normalisation.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.layer_normalization import row_axes
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.graph import Node

__all__ = ["group_normalization"]


def group_normalization(node: Node, place: Place) -> Forward:
    """Lower `GroupNormalization`.

    Raises:
        Unsupported: If the channels' axis is the batch.
    """
    del place
    (axis,), epsilon, configured = row_axes(node), float(node.config["epsilon"]), int(node.config["groups"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs, env
        x = args[0]
        channels = x.shape[axis]
        groups = channels if configured == -1 else configured
        split = (groups, channels // groups)
        grouped = x.reshape(x.shape[:axis] + split + x.shape[axis + 1 :])
        shape = (1,) * axis + split + (1,) * (x.ndim - axis - 1)
        own = {name: values.reshape(shape) for name, values in weights.items()}
        others = tuple(index for index in range(1, grouped.ndim) if index != axis)  # all but rows and groups
        inverse = jax.lax.rsqrt(jnp.var(grouped, axis=others, keepdims=True) + epsilon) * own.get("gamma", 1.0)
        offset = own.get("beta", 0.0) - jnp.mean(grouped, axis=others, keepdims=True) * inverse
        return (grouped * inverse + offset).reshape(x.shape)

    return forward
