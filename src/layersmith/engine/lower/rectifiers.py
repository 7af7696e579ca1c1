"""ReLU, ELU, PReLU and Identity as layers (keras/src/layers/activations)."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.graph import Node

__all__ = ["elu", "identity", "prelu", "relu"]


def relu(node: Node, place: Place) -> Forward:
    """Lower `ReLU`: 0 or `negative_slope * (x - threshold)` below the threshold, `x` above, at most `max_value`."""
    del place
    slope, threshold = float(node.config["negative_slope"]), float(node.config["threshold"])
    most = node.config["max_value"]

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, kwargs, env
        x = args[0]
        above = jnp.where(x > threshold, x, jnp.zeros_like(x)) if threshold else jnp.maximum(x, 0.0)
        above = above if most is None else jnp.minimum(above, float(most))
        return above - slope * jnp.maximum(threshold - x, 0.0) if slope else above

    return forward


def elu(node: Node, place: Place) -> Forward:
    """Lower `ELU`: `alpha * (exp(x) - 1)` below zero."""
    del place
    alpha = float(node.config["alpha"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, kwargs, env
        x = args[0]
        return jnp.where(x > 0.0, x, alpha * jnp.expm1(jnp.minimum(x, 0.0)))

    return forward


def prelu(node: Node, place: Place) -> Forward:
    """Lower `PReLU`: slope `alpha`, a weight, below zero."""
    del node, place
    return lambda weights, args, kwargs, env: jnp.maximum(args[0], 0.0) - weights["alpha"] * jnp.maximum(-args[0], 0.0)


def identity(node: Node, place: Place) -> Forward:
    """Lower `Identity`."""
    del node, place
    return lambda weights, args, kwargs, env: args[0]
