"""What mask the output of a layer carries: `compute_mask` of each class of Keras that has one of its own.

Every other layer that supports masking hands on the mask of its first argument.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, TypeAlias

import jax.numpy as jnp

from layersmith.graph import Node

__all__ = ["MaskRule", "find_mask_rule"]

MaskRule: TypeAlias = Callable[[Node, Any, Any], Any]  # node, first argument, its mask -> masks of the outputs


def find_mask_rule(node: Node) -> MaskRule:
    """Return the rule `(node, first argument, its mask) -> mask, or masks, of the output`."""
    if not getattr(node.operation, "supports_masking", False):
        return _none
    return _RULES.get(node.class_name, _same)


def _none(node: Node, first: Any, mask: Any) -> None:
    del node, first, mask


def _same(node: Node, first: Any, mask: Any) -> Any:
    del node, first
    return mask


def _embedding(node: Node, first: Any, mask: Any) -> Any:
    del node, mask
    return first != 0


def _masking(node: Node, first: Any, mask: Any) -> Any:
    del mask
    return jnp.any(first != jnp.asarray(node.config["mask_value"], first.dtype), axis=-1)


def _recurrent(node: Node, first: Any, mask: Any) -> Any:
    del first
    return _one(mask) if node.config["return_sequences"] else None


def _bidirectional(node: Node, first: Any, mask: Any) -> Any:
    del first
    if not node.config["layer"]["config"]["return_sequences"]:
        return None
    return _one(mask) if node.config["merge_mode"] else (_one(mask), _one(mask))


def _query(node: Node, first: Any, mask: Any) -> Any:
    del node, first
    return None if mask is None else mask[0]


def _merge(node: Node, first: Any, mask: Any) -> Any:
    """A step exists where it does in one of the inputs; where an input has no mask, there is none."""
    del node, first
    return None if mask is None or any(each is None for each in mask) else reduce(jnp.logical_or, mask)


def _concatenate(node: Node, first: Sequence[Any], mask: Any) -> Any:
    if mask is None or all(each is None for each in mask):
        return None
    spread = [_spread(value, each) for value, each in zip(first, mask, strict=True)]
    return jnp.any(jnp.concatenate(spread, axis=int(node.config["axis"])), axis=-1)


def _spread(value: Any, mask: Any) -> Any:
    """Return a mask in the shape of its value."""
    if mask is None:
        return jnp.ones(value.shape, bool)
    return jnp.broadcast_to(mask[..., None], value.shape) if mask.ndim < value.ndim else mask


def _one(mask: Any) -> Any:
    return mask[0] if isinstance(mask, (list, tuple)) else mask


_RULES: Mapping[str, MaskRule] = {
    "AdditiveAttention": _query,
    "Attention": _query,
    "Bidirectional": _bidirectional,
    "Concatenate": _concatenate,
    "Dot": _none,
    "Embedding": _embedding,
    "GRU": _recurrent,
    "GlobalAveragePooling1D": _none,
    "LSTM": _recurrent,
    "Masking": _masking,
    "RNN": _recurrent,
    "SimpleRNN": _recurrent,
    **dict.fromkeys(("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"), _merge),
}
