"""Layers that only rearrange: Flatten, Reshape, Permute and RepeatVector."""

import math
from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.windows import require_channels_last
from layersmith.graph import Node

__all__ = ["flatten", "permute", "repeat_vector", "reshape"]


def flatten(node: Node, place: Place) -> Forward:
    """Lower `Flatten`: `(batch, ...)` to `(batch, features)`.

    Raises:
        Unsupported: If channels come first, which Keras would move to the end before it flattens.
    """
    del place
    require_channels_last(node)
    return lambda weights, args, kwargs, env: args[0].reshape(args[0].shape[0], math.prod(args[0].shape[1:]))


def reshape(node: Node, place: Place) -> Forward:
    """Lower `Reshape`; one entry of `target_shape` may be -1."""
    del place
    target = tuple(int(length) for length in node.config["target_shape"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, kwargs, env
        known = math.prod(length for length in target if length != -1)
        rest = math.prod(args[0].shape[1:]) // max(known, 1)
        return args[0].reshape(args[0].shape[0], *(rest if length == -1 else length for length in target))

    return forward


def permute(node: Node, place: Place) -> Forward:
    """Lower `Permute`; its axes count from 1, the batch stays in front."""
    del place
    axes = (0, *(int(axis) for axis in node.config["dims"]))
    return lambda weights, args, kwargs, env: jnp.transpose(args[0], axes)


def repeat_vector(node: Node, place: Place) -> Forward:
    """Lower `RepeatVector`: `(batch, features)` to `(batch, n, features)`."""
    del place
    times = int(node.config["n"])
    return lambda weights, args, kwargs, env: jnp.repeat(args[0][:, None], times, axis=1)
