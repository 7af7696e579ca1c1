"""Layers that join several tensors: Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate and Dot."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Lowering, Place
from layersmith.graph import Node

__all__ = ["add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"]

_EPSILON = 1e-7


def _elementwise(join: Callable[[Any, Any], Any]) -> Lowering:
    """Return the lowering of a layer that joins its inputs two at a time, from the left."""

    def lowering(node: Node, place: Place) -> Forward:
        del node, place
        return lambda weights, args, kwargs, env: reduce(join, _aligned(args[0]))

    return lowering


def _extremum(join: Callable[[Any, Any], Any]) -> Lowering:
    """As `_elementwise`; where one of two entries is hidden, the other one wins."""

    def lowering(node: Node, place: Place) -> Forward:
        del node, place

        def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
            del weights, kwargs
            inputs = _aligned(args[0])
            output, seen = inputs[0], _seen(inputs[0], env)
            for x in inputs[1:]:
                own = _seen(x, env)
                shown = x if own is None else jnp.where(own, x, output)
                output = join(output if seen is None else jnp.where(seen, output, shown), shown)
                seen = None if own is None or seen is None else own | seen
            return output

        return forward

    return lowering


def multiply(node: Node, place: Place) -> Forward:
    """Lower `Multiply`: a hidden entry is a factor of 1, and the product is 0 where every factor is hidden."""
    del node, place

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, kwargs
        inputs = _aligned(args[0])
        masks = [_seen(x, env) for x in inputs]
        factors = [x if m is None else jnp.where(m, x, jnp.ones_like(x)) for x, m in zip(inputs, masks, strict=True)]
        product = reduce(jnp.multiply, factors)
        if any(mask is None for mask in masks):
            return product
        return jnp.where(reduce(jnp.logical_or, masks), product, jnp.zeros_like(product))

    return forward


def _seen(x: Any, env: Any) -> Any:
    """Return the mask that a value carries in the value's shape, or None."""
    mask = env.masks.of(x)
    return None if mask is None else jnp.broadcast_to(mask.astype(bool)[..., None], x.shape)


def _aligned(inputs: Sequence[Any]) -> list[Any]:
    """Return the inputs with axes of one inserted after the batch, so that all have one rank."""
    rank = max(x.ndim for x in inputs)
    return [x if x.ndim == rank else jnp.expand_dims(x, tuple(range(1, 1 + rank - x.ndim))) for x in inputs]


add = _elementwise(jnp.add)
subtract = _elementwise(jnp.subtract)
maximum = _extremum(jnp.maximum)
minimum = _extremum(jnp.minimum)


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
