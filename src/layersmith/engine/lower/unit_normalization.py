"""UnitNormalization: y = x / ||x||, the norm over the layer's axes (keras/src/ops/nn.py `_normalize`)."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.layer_normalization import row_axes
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.graph import Node

__all__ = ["unit_normalization"]

_LARGEST = 1e12  # of 1 / norm


def unit_normalization(node: Node, place: Place) -> Forward:
    """Lower `UnitNormalization`.

    Raises:
        Unsupported: If it normalises across rows.
    """
    del place
    axes = row_axes(node)

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, kwargs, env
        squares = jnp.sum(jnp.square(args[0]), axis=axes, keepdims=True)
        return args[0] * jnp.minimum(jax.lax.rsqrt(squares), _LARGEST)

    return forward
