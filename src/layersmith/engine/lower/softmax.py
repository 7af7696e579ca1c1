"""Softmax as a layer, with a mask (keras/src/layers/activations/softmax.py).

Hidden entries get the score -1e9 and, where a whole axis is hidden, a share of zero.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.graph import Node

__all__ = ["softmax"]

_HIDDEN = -1e9


def softmax(node: Node, place: Place) -> Forward:
    """Lower `Softmax` over one or several axes; its mask broadcasts to the input."""
    del place
    given = node.config["axis"]
    axis = tuple(given) if isinstance(given, (list, tuple)) else given

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, env
        x, mask = args[0], kwargs.get("mask", args[1] if len(args) > 1 else None)
        if mask is None:
            return jax.nn.softmax(x, axis=axis)
        seen = mask if mask.dtype == bool else mask > 0.5
        shares = jax.nn.softmax(jnp.where(seen, x, jnp.asarray(_HIDDEN, x.dtype)), axis=axis)
        return jnp.where(seen, shares, jnp.zeros_like(shares))

    return forward
