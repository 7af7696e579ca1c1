"""ReLU, ELU, PReLU and Identity as layers (keras/src/layers/activations).

At zero itself, where padding and empty pixels put many values, the slopes are those of Keras: `relu` has none.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.kinks import leaky_relu
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.graph import Node

__all__ = ["elu", "identity", "prelu", "relu"]

_SIX = 6  # for this largest value Keras has a function of its own, `relu6`


def relu(node: Node, place: Place) -> Forward:
    """Lower `ReLU`: 0 or `negative_slope * (x - threshold)` below the threshold, `x` above, at most `max_value`."""
    del place
    slope, threshold = float(node.config["negative_slope"]), float(node.config["threshold"])
    most = node.config["max_value"]

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, kwargs, env
        x = args[0]
        if slope and not threshold and most is None:
            return leaky_relu(x, slope)
        above = jnp.where(x > threshold, x, jnp.zeros_like(x)) if threshold else _positive(x, most)
        above = jnp.clip(above, 0.0, most) if most is not None and (threshold or most != _SIX) else above
        return above - slope * jax.nn.relu(threshold - x) if slope else above

    return forward


def _positive(x: Any, most: float | None) -> Any:
    return jax.nn.relu6(x) if most == _SIX else jax.nn.relu(x)


def elu(node: Node, place: Place) -> Forward:
    """Lower `ELU`: `alpha * (exp(x) - 1)` below zero."""
    del place
    alpha = float(node.config["alpha"])
    return lambda weights, args, kwargs, env: jax.nn.elu(args[0], alpha=alpha)


def prelu(node: Node, place: Place) -> Forward:
    """Lower `PReLU`: slope `alpha`, a weight, below zero."""
    del node, place
    return lambda weights, args, kwargs, env: jax.nn.relu(args[0]) - weights["alpha"] * jax.nn.relu(-args[0])


def identity(node: Node, place: Place) -> Forward:
    """Lower `Identity`."""
    del node, place
    return lambda weights, args, kwargs, env: args[0]
