"""What a call does with masks: it finds those of its inputs, and its outputs carry one on.

Keras records a mask among the arguments of a call of one tensor and nothing else (`NotEqual` after Embedding is a node
of the graph then). In every other call, and inside of nested models, it finds the mask on the tensor while the model
runs (keras/src/layers/layer.py, `Layer.__call__`, step 6).
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax

from layersmith.engine.lower.mask_rules import MaskRule, find_mask_rule
from layersmith.engine.lower.tensor_masks import TensorMasks
from layersmith.graph import Node

__all__ = ["MaskFlow", "mask_flow"]


@dataclass(frozen=True, kw_only=True, eq=False)
class MaskFlow:
    """The masks of one call.

    Attributes:
        node: The call.
        signature: Of the layer's `call`.
        rule: What mask its outputs carry.
    """

    node: Node
    signature: inspect.Signature
    rule: MaskRule

    def find(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], masks: TensorMasks) -> tuple[dict[str, Any], Any]:
        """Return the keyword arguments with the masks that travel on the tensors, and the mask of the first argument.

        Args:
            args: Positional arguments of the call.
            kwargs: Keyword arguments of the call; a mask that is among them stays.
            masks: Which tensors carry masks.
        """
        names = {name: value for name, value in kwargs.items() if name in self.signature.parameters}
        given = self.signature.bind(*args, **names).arguments
        tensors = {name: value for name, value in given.items() if _holds_tensors(value)}
        filled = dict(kwargs)
        for name, value in tensors.items():
            field = "mask" if len(tensors) == 1 else f"{name}_mask"
            carried = _carried(value, masks)
            if field in self.signature.parameters and given.get(field) is None and carried is not None:
                filled[field] = carried
        first = next(iter(given.values()))
        mask = filled.get("mask")
        return filled, _carried(first, masks) if mask is None else mask

    def carry(self, first: Any, mask: Any, outputs: tuple[Any, ...], masks: TensorMasks) -> None:
        """Let the outputs carry their mask, unless they already do.

        Args:
            first: First argument of the call.
            mask: Its mask, as `find` returned it.
            outputs: Flattened outputs of the call.
            masks: Which tensors carry masks.
        """
        given = self.rule(self.node, first, mask)
        given = given if isinstance(given, (list, tuple)) else (given,)
        for output, own in zip(outputs, given, strict=False):
            if own is not None and masks.of(output) is None:
                masks.put(output, own)


def mask_flow(node: Node) -> MaskFlow | None:
    """Return what a call does with masks; None for a bare operation, which knows of none."""
    if node.is_operation:
        return None
    return MaskFlow(node=node, signature=inspect.signature(node.operation.call), rule=find_mask_rule(node))


def _carried(value: Any, masks: TensorMasks) -> Any:
    """Return the masks of a tensor, or of a structure of them; None where none carries any."""
    found = jax.tree.map(masks.of, value, is_leaf=_is_none)
    return found if any(mask is not None for mask in jax.tree.leaves(found, is_leaf=_is_none)) else None


def _holds_tensors(value: Any) -> bool:
    leaves = jax.tree.leaves(value, is_leaf=_is_none)
    arrays = [leaf for leaf in leaves if hasattr(leaf, "shape")]
    return bool(arrays) and len(arrays) == sum(leaf is not None for leaf in leaves)


def _is_none(leaf: Any) -> bool:
    return leaf is None
