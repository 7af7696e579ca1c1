"""Layers that join several tensors: Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate and Dot."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Lowering, Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"]

_EPSILON = 1e-7


def _elementwise(join: Callable[[Any, Any], Any], *, reads_masks: bool) -> Lowering:
    """Return the lowering of a layer that joins its inputs two at a time, from the left."""

    def lowering(node: Node, place: Place) -> Forward:
        del place
        if reads_masks:
            _require_no_mask(node)
        return lambda weights, args, kwargs, env: reduce(join, _aligned(args[0]))

    return lowering


def _require_no_mask(node: Node) -> None:
    """Refuse masked inputs: Keras takes masked entries out of products and extrema."""
    calls = getattr(node.operation, "_inbound_nodes", ())
    tensors = (tensor for call in calls for tensor in call.arguments.keras_tensors)
    if any(getattr(tensor, "_keras_mask", None) is not None for tensor in tensors):
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", "inputs with a mask")


def _aligned(inputs: Sequence[Any]) -> list[Any]:
    """Return the inputs with axes of one inserted after the batch, so that all have one rank."""
    rank = max(x.ndim for x in inputs)
    return [x.reshape(x.shape[0], *(1,) * (rank - x.ndim), *x.shape[1:]) for x in inputs]


add = _elementwise(jnp.add, reads_masks=False)
subtract = _elementwise(jnp.subtract, reads_masks=False)
multiply = _elementwise(jnp.multiply, reads_masks=True)
maximum = _elementwise(jnp.maximum, reads_masks=True)
minimum = _elementwise(jnp.minimum, reads_masks=True)


def average(node: Node, place: Place) -> Forward:
    """Lower `Average`."""
    del node, place
    return lambda weights, args, kwargs, env: reduce(jnp.add, _aligned(args[0])) / len(args[0])


def concatenate(node: Node, place: Place) -> Forward:
    """Lower `Concatenate`."""
    del place
    axis = int(node.config["axis"])
    return lambda weights, args, kwargs, env: jnp.concatenate(args[0], axis=axis)


def dot(node: Node, place: Place) -> Forward:
    """Lower `Dot`: sums of products along one axis of each of two inputs, for every row."""
    del place
    axes, normalize = node.config["axes"], bool(node.config["normalize"])
    pair = (axes, axes) if isinstance(axes, int) else (int(axes[0]), int(axes[1]))
    return lambda weights, args, kwargs, env: _dot(args[0], pair, normalize)


def _dot(inputs: Sequence[Any], axes: tuple[int, int], normalize: bool) -> Any:
    """Return `(batch, rest of the first, rest of the second)`, and `(batch, 1)` where nothing rests."""
    left, right = inputs
    first, second = axes[0] % left.ndim, axes[1] % right.ndim
    if normalize:
        left, right = _to_length_one(left, first), _to_length_one(right, second)
    product = jax.vmap(lambda a, b: jnp.tensordot(a, b, axes=(first - 1, second - 1)))(left, right)
    return product[:, None] if product.ndim == 1 else product


def _to_length_one(x: Any, axis: int) -> Any:
    """Divide by the Euclidean norm along an axis (keras/src/ops/nn.py, `normalize`)."""
    squares = jnp.sum(jnp.square(x), axis=axis, keepdims=True)
    return x * jnp.minimum(jax.lax.rsqrt(squares), 1.0 / _EPSILON)
