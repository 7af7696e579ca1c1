"""LayerNormalization (Lei Ba et al. 2016, arXiv 1607.06450; keras/src/ops/nn.py `_layer_normalization`).

    y = (x - mean) / sqrt(var + epsilon) * gamma + beta        mean, var: of each row, over the layer's axes

With the deprecated `rms_scaling`, y = x / sqrt(var + epsilon) * gamma.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["layer_normalization", "row_axes"]


def layer_normalization(node: Node, place: Place) -> Forward:
    """Lower `LayerNormalization`.

    Raises:
        Unsupported: If it normalises across rows.
    """
    axes, epsilon, centred = row_axes(node), float(node.config["epsilon"]), not node.config.get("rms_scaling")

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs
        x = args[0]
        shape = [1] * x.ndim
        for axis in axes:
            shape[axis] = x.shape[axis]
        own = {name: values.reshape(shape) for name, values in weights.items()}
        mean, variance = _moments(x, axes, env.live(place))
        inverse = jax.lax.rsqrt(variance + epsilon) * own.get("gamma", 1.0)
        if not centred:
            return x * inverse
        return x * inverse + (own.get("beta", 0.0) - mean * inverse)

    return forward


def _moments(x: Any, axes: tuple[int, ...], live: Any) -> tuple[Any, Any]:
    """Return mean and biased variance of each row, with the axes kept; of live features where not all are."""
    if live is None:
        return jnp.mean(x, axis=axes, keepdims=True), jnp.var(x, axis=axes, keepdims=True)
    count = jnp.sum(live)
    mean = jnp.sum(x, axis=axes, keepdims=True) / count
    return mean, jnp.sum(jnp.square(x - mean) * live, axis=axes, keepdims=True) / count


def row_axes(node: Node) -> tuple[int, ...]:
    """Return the `axis` of a layer's configuration as axes counted from 0, in the order of its weights' axes.

    Raises:
        Unsupported: If the batch axis is among them.
    """
    given = node.config["axis"]
    listed: Sequence[int] = sorted(given) if isinstance(given, (list, tuple)) else [given]
    axes = tuple(int(axis) % len(node.output_shape) for axis in listed)
    if 0 in axes:
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", f"axis={given!r} spans the batch")
    return axes
