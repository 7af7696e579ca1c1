"""ActivityRegularization: a penalty on what flows through, divided by the rows there are.

    l1 * sum |x| / rows + l2 * sum x^2 / rows

Keras divides every activity penalty by the batch size (keras/src/layers/layer.py).
"""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.env import Env
from layersmith.engine.lower.kinks import magnitude
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.graph import Node

__all__ = ["activity_regularization"]


def activity_regularization(node: Node, place: Place) -> Forward:
    """Lower `ActivityRegularization`: the identity, with a scalar in `env.penalties`."""
    del place
    l1, l2 = float(node.config["l1"]), float(node.config["l2"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Env) -> Any:
        del weights, kwargs
        x, rows, values = args[0], jnp.float32(args[0].shape[0]), args[0]
        if env.row_mask is not None:
            exist = env.row_mask.reshape((-1,) + (1,) * (x.ndim - 1))
            values, rows = jnp.where(exist > 0.0, x, 0.0), jnp.maximum(jnp.sum(env.row_mask), 1.0)
        env.penalties.append((l1 * jnp.sum(magnitude(values)) + l2 * jnp.sum(jnp.square(values))) / rows)
        return x

    return forward
