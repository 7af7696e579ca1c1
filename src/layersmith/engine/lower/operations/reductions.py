"""Operations that reduce axes of a row: mean, sum, largest, ... over `axis`, with `keepdims`."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Lowering, Place
from layersmith.engine.lower.operations.rows import require_inner_axes, require_rows, unsupported
from layersmith.graph import Node

__all__ = ["OPERATIONS"]

_Reduction: TypeAlias = Callable[..., Any]


def _reduction(function: _Reduction) -> Lowering:
    """Values in the dtype of the result, but for `any`, `all` and places of extremes."""

    def lowering(node: Node, place: Place) -> Forward:
        del place
        axes, keepdims = _axes(node), bool(node.config.get("keepdims"))
        if node.config.get("initial") is not None:
            raise unsupported(node, "an initial value")
        dtype = node.output_dtypes[0]

        def forward(weights: Any, args: tuple[Any, ...], kwargs: Any, env: Any) -> Any:
            del weights, kwargs, env
            return function(args[0].astype(dtype), axis=axes, keepdims=keepdims)

        return forward

    return lowering


def _position(function: _Reduction) -> Lowering:
    """Where the extreme stands along one axis."""

    def lowering(node: Node, place: Place) -> Forward:
        del place
        (axis,), keepdims = _axes(node), bool(node.config.get("keepdims"))
        return lambda weights, args, kwargs, env: function(args[0], axis=axis, keepdims=keepdims).astype(jnp.int32)

    return lowering


def _axes(node: Node) -> tuple[int, ...]:
    """Return the reduced axes, counted from 0.

    Raises:
        Unsupported: If the batch axis is among them.
    """
    require_rows(node)
    axis, rank = node.config.get("axis"), len(node.output_shapes[0])
    if not node.config.get("keepdims"):
        rank += len(axis) if isinstance(axis, (list, tuple)) else 1
    return require_inner_axes(node, axis, rank)


OPERATIONS: Mapping[str, Lowering] = {
    "All": _reduction(jnp.all),
    "Amax": _reduction(jnp.max),
    "Amin": _reduction(jnp.min),
    "Any": _reduction(jnp.any),
    "Argmax": _position(jnp.argmax),
    "Argmin": _position(jnp.argmin),
    "Logsumexp": _reduction(jax.nn.logsumexp),
    "Max": _reduction(jnp.max),
    "Mean": _reduction(jnp.mean),
    "Median": _reduction(jnp.median),
    "Min": _reduction(jnp.min),
    "Prod": _reduction(jnp.prod),
    "Std": _reduction(jnp.std),
    "Sum": _reduction(jnp.sum),
    "Var": _reduction(jnp.var),
}
