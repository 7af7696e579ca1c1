"""BatchNormalization (Ioffe and Szegedy 2015, arXiv 1502.03167).

    training    y = (x - mean) / sqrt(var + epsilon) * gamma + beta       mean, var: of rows that exist; var is biased
                moving = moving * momentum + batch * (1 - momentum)
    otherwise   the same with the moving statistics

A layer that is not trainable uses its moving statistics in training too, and leaves them alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.env import Env
from layersmith.engine.lower.layer_normalization import row_axes
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["batch_normalization"]

_EPSILON = 1e-7  # what Keras adds to the number of steps a mask leaves


def batch_normalization(node: Node, place: Place) -> Forward:
    """Lower `BatchNormalization`; moving statistics go to `env.updates`.

    Raises:
        Unsupported: If the layer renormalises, synchronises over devices, or has its channels in the batch axis.
    """
    for option in ("renorm", "synchronized"):
        if node.config.get(option):
            raise Unsupported(f"layer {node.layer_name!r} (BatchNormalization)", f"{option}=True")
    (axis,), epsilon = row_axes(node), float(node.config["epsilon"])
    live, moving = bool(node.config.get("trainable", True)), _Moving(key=place.key, momentum=node.config["momentum"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Env) -> Any:
        x = args[0]
        mean, variance = moving.read(weights, env)
        if env.training and live:
            mask = args[1] if len(args) > 1 else kwargs.get("mask")
            mean, variance, exist = _moments(x, axis, mask, env.row_mask)
            moving.update(weights, env, (mean, variance), exist)
        inverse = jax.lax.rsqrt(variance + epsilon) * weights.get("gamma", 1.0)
        offset = weights.get("beta", 0.0) - mean * inverse
        shape = [1] * x.ndim
        shape[axis] = x.shape[axis]
        return x * inverse.reshape(shape) + offset.reshape(shape)

    return forward


@dataclass(frozen=True, kw_only=True)
class _Moving:
    key: str
    momentum: float

    def read(self, weights: Mapping[str, Any], env: Env) -> tuple[Any, Any]:
        """Return moving mean and variance; those of an earlier call in this step where the layer is shared."""
        names = ("moving_mean", "moving_variance")
        mean, variance = (env.updates.get(f"{self.key}/{name}", weights[name]) for name in names)
        return mean, variance

    def update(self, weights: Mapping[str, Any], env: Env, batch: tuple[Any, Any], exist: Any) -> None:
        """Move the statistics towards the batch's; a batch without a single row moves nothing."""
        before = self.read(weights, env)
        for name, old, new in zip(("moving_mean", "moving_variance"), before, batch, strict=True):
            moved = old * self.momentum + jax.lax.stop_gradient(new) * (1.0 - self.momentum)
            env.updates[f"{self.key}/{name}"] = moved if exist is None else jnp.where(exist, moved, old)


def _moments(x: Any, axis: int, mask: Any, row_mask: Any) -> tuple[Any, Any, Any]:
    """Return mean and biased variance `(channels,)` of what counts, and whether anything does (None: everything)."""
    others = tuple(index for index in range(x.ndim) if index != axis)
    if mask is None and row_mask is None:
        return jnp.mean(x, axis=others), jnp.var(x, axis=others), None
    counts = _counts(x, mask, row_mask)
    total = jnp.sum(jnp.broadcast_to(counts, x.shape), axis=others)
    exist = total > 0.0
    divisor = jnp.maximum(total, 1.0) if mask is None else total + _EPSILON
    mean = jnp.sum(jnp.where(counts > 0.0, x, 0.0), axis=others) / divisor
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    squares = jnp.square(x - mean.reshape(shape))
    return mean, jnp.sum(jnp.where(counts > 0.0, squares, 0.0), axis=others) / divisor, exist


def _counts(x: Any, mask: Any, row_mask: Any) -> Any:
    """Return 1 where a value counts, 0 elsewhere, in a shape that broadcasts to that of `x`."""
    counts = jnp.ones((1,) * x.ndim, x.dtype)
    if mask is not None:
        counts = jnp.expand_dims(mask, -1).astype(x.dtype)  # (batch, ..., 1), as Keras has it for any axis
    if row_mask is not None:
        counts = counts * row_mask.astype(x.dtype).reshape((-1,) + (1,) * (x.ndim - 1))
    return counts
