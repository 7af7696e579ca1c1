"""Normalization and Rescaling: fixed arithmetic on raw inputs (keras/src/layers/preprocessing).

    Normalization   (x - mean) / max(sqrt(variance), 1e-7), or its inverse
    Rescaling       x * scale + offset

The statistics of Normalization are weights where it was adapted, else constants of its configuration.
"""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.graph import Node

__all__ = ["normalization", "rescaling"]

_FLOOR = 1e-7


def normalization(node: Node, place: Place) -> Forward:
    """Lower `Normalization`, adapted or with given statistics."""
    del place
    rank, config = len(node.output_shape), node.config
    kept = sorted(int(axis) % rank for axis in config["axis"])
    fixed = {name: config[name] for name in ("mean", "variance") if config.get(name) is not None}

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs, env
        x = args[0].astype(jnp.float32)
        mean, variance = (_aligned(fixed.get(name, weights.get(name)), kept, rank) for name in ("mean", "variance"))
        spread = jnp.maximum(jnp.sqrt(variance), _FLOOR)
        return x * spread + mean if config.get("invert") else (x - mean) / spread

    return forward


def rescaling(node: Node, place: Place) -> Forward:
    """Lower `Rescaling`; scale and offset are numbers, or lists that broadcast from the right."""
    del place
    scale, offset = _constant(node.config["scale"]), _constant(node.config["offset"])
    return lambda weights, args, kwargs, env: args[0].astype(jnp.float32) * scale + offset


def _aligned(statistic: Any, kept: list[int], rank: int) -> Any:
    """Return a statistic `(kept axes)`, or with fewer axes from the right, in a shape that broadcasts to the input."""
    values = jnp.asarray(statistic, jnp.float32)
    shape = [1] * rank
    for place in range(1, values.ndim + 1):
        shape[kept[-place]] = values.shape[-place]
    return values.reshape(shape)


def _constant(config: Any) -> NDArray[np.float32]:
    """Return a number, a list, or what Keras serialises an array to, as an array."""
    value = config["config"]["value"] if isinstance(config, dict) else config
    return np.asarray(value, np.float32)
