"""Operations that move values within a row: reshape, transpose, join, cut, pick."""

from collections.abc import Callable, Mapping
from types import EllipsisType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from layersmith.engine.lower.lowering import Forward, Lowering, Place
from layersmith.engine.lower.operations.rows import require_inner_axes, require_rows, unsupported
from layersmith.graph import Node, Reference

__all__ = ["OPERATIONS"]


def _reshape(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    row = node.output_shapes[0][1:]
    if sum(length is None for length in row) > 1:
        raise unsupported(node, "several unknown lengths")
    shape = tuple(-1 if length is None else length for length in row)

    def forward(weights: Any, args: tuple[Any, ...], kwargs: Any, env: Any) -> Any:
        del weights, kwargs, env
        x = args[0]
        if -1 not in shape and int(np.prod(shape)) != int(np.prod(x.shape[1:])):
            raise unsupported(node, f"rows of shape {x.shape[1:]} become rows of another size {shape}")
        return x.reshape((x.shape[0], *shape))

    return forward


def _transpose(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    axes = node.config["axes"]
    if axes is None or axes[0] != 0:
        raise unsupported(node, f"axes={axes!r} moves the batch")
    return lambda weights, args, kwargs, env: jnp.transpose(args[0], tuple(axes))


def _swapaxes(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    one, other = (node.config[name] for name in ("axis1", "axis2"))
    require_inner_axes(node, (one, other), len(node.output_shapes[0]))
    return lambda weights, args, kwargs, env: jnp.swapaxes(args[0], one, other)


def _moveaxis(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    rank = len(node.output_shapes[0])
    source, destination = (require_inner_axes(node, node.config[name], rank) for name in ("source", "destination"))
    return lambda weights, args, kwargs, env: jnp.moveaxis(args[0], source, destination)


def _expand_dims(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    axes = require_inner_axes(node, node.config["axis"], len(node.output_shapes[0]))
    return lambda weights, args, kwargs, env: jnp.expand_dims(args[0], axes)


def _squeeze(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    axis = node.config["axis"]
    if axis is None:  # all axes of length 1: but a batch of one row stays a batch
        return lambda weights, args, kwargs, env: args[0].reshape(
            (args[0].shape[0], *(length for length in args[0].shape[1:] if length != 1))
        )
    count = len(axis) if isinstance(axis, (list, tuple)) else 1
    axes = require_inner_axes(node, axis, len(node.output_shapes[0]) + count)
    return lambda weights, args, kwargs, env: jnp.squeeze(args[0], axes)


def _joined(function: Callable[..., Any]) -> Lowering:
    """Concatenate or stack a list of tensors, cast to the dtype of the result."""

    def lowering(node: Node, place: Place) -> Forward:
        del place
        require_rows(node)
        dtype = node.output_dtypes[0]
        (axis,) = require_inner_axes(node, node.config["axis"], len(node.output_shapes[0]))

        def forward(weights: Any, args: tuple[Any, ...], kwargs: Any, env: Any) -> Any:
            del weights, kwargs, env
            return function([jnp.asarray(value).astype(dtype) for value in args[0]], axis=axis)

        return forward

    return lowering


def _split(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    (axis,) = require_inner_axes(node, node.config["axis"], len(node.output_shapes[0]))
    parts = node.config["indices_or_sections"]
    cuts = parts if isinstance(parts, int) else np.asarray(parts)
    return lambda weights, args, kwargs, env: tuple(jnp.split(args[0], cuts, axis=axis))


def _unstack(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    (axis,) = require_inner_axes(node, node.config["axis"], len(node.output_shapes[0]) + 1)

    def forward(weights: Any, args: tuple[Any, ...], kwargs: Any, env: Any) -> Any:
        del weights, kwargs, env
        x = args[0]
        return tuple(jax.lax.index_in_dim(x, index, axis, keepdims=False) for index in range(x.shape[axis]))

    return forward


def _repeat(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    (axis,) = require_inner_axes(node, node.config["axis"], len(node.output_shapes[0]))
    count = node.config["repeats"]
    repeats = count if isinstance(count, int) else np.asarray(count)
    total = node.output_shapes[0][axis]
    return lambda weights, args, kwargs, env: jnp.repeat(args[0], repeats, axis=axis, total_repeat_length=total)


def _roll(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    axes = require_inner_axes(node, node.config["axis"], len(node.output_shapes[0]))
    shift = node.config["shift"]
    shifts = tuple(shift) if isinstance(shift, (list, tuple)) else (shift,) * len(axes)
    return lambda weights, args, kwargs, env: jnp.roll(args[0], shifts, axes)


def _take(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    indices = node.args[1]
    if isinstance(indices, Reference) or not isinstance(node.args[0], Reference):
        raise unsupported(node, "indices that are a tensor of the model")
    picked = np.asarray(indices, np.int32)
    rank = len(node.output_shapes[0]) + 1 - picked.ndim
    (axis,) = require_inner_axes(node, node.config["axis"], rank)
    return lambda weights, args, kwargs, env: jnp.take(args[0], picked, axis=axis)


def _get_item(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    key = node.args[1]
    entries = key if isinstance(key, tuple) else (key,)
    if any(isinstance(leaf, Reference) for leaf in jax.tree.leaves(entries)) or not _whole(entries[0]):
        raise unsupported(node, f"the key {key!r} picks rows")
    entries = tuple(np.asarray(entry) if isinstance(entry, list) else entry for entry in entries)

    def forward(weights: Any, args: tuple[Any, ...], kwargs: Any, env: Any) -> Any:
        del weights, kwargs, env
        used = sum(entry is not None and not isinstance(entry, EllipsisType) for entry in entries)
        if isinstance(entries[0], EllipsisType) and used >= args[0].ndim:
            raise unsupported(node, f"the key {key!r} picks rows")
        return args[0][entries]

    return forward


def _whole(entry: Any) -> bool:
    """Whether the first entry of a key leaves the rows as they are."""
    if isinstance(entry, slice):
        return entry.start in (None, 0) and entry.stop is None and entry.step in (None, 1)
    return isinstance(entry, EllipsisType)


OPERATIONS: Mapping[str, Lowering] = {
    "Concatenate": _joined(jnp.concatenate),
    "ExpandDims": _expand_dims,
    "GetItem": _get_item,
    "Moveaxis": _moveaxis,
    "Repeat": _repeat,
    "Reshape": _reshape,
    "Roll": _roll,
    "Split": _split,
    "Squeeze": _squeeze,
    "Stack": _joined(jnp.stack),
    "Swapaxes": _swapaxes,
    "Take": _take,
    "Transpose": _transpose,
    "Unstack": _unstack,
}
