"""Masks whose way the graph does not tell.

MultiHeadAttention takes the masks off its inputs (keras/src/layers/attention/multi_head_attention.py, `call`): layers
that Keras calls later find none there. For layers before and after it in the graph the order is certain, for others it
is not. A mask that is an argument of a nested model is lost where the graph flattens it.
"""

from collections.abc import Iterator
from typing import Any

from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Graph, Node, ancestors, consumers, descendants
from layersmith.graph.call import is_model

__all__ = ["begins_masks", "require_known_masks"]


def require_known_masks(graph: Graph) -> None:
    """Refuse a graph where the masks that layers find depend on more than its nodes.

    Raises:
        Unsupported: If a layer beside MultiHeadAttention, neither before nor after it, reads one of its inputs, or if a
            nested model is called with a mask that its input may not carry.
    """
    if not begins_masks(graph):
        return
    attentions = [node for node in graph.nodes if node.class_name == "MultiHeadAttention"]
    for attention in attentions:
        for node in _beside(graph, attention):
            what = f"layer {node.layer_name!r} ({node.class_name})"
            raise Unsupported(what, f"a mask that {attention.layer_name!r} may have taken off its input")
    for model in graph.model._flatten_layers(include_self=False):
        if is_model(model) and any(_gives_mask(call, bool(attentions)) for call in model._inbound_nodes):
            raise Unsupported(f"nested model {model.name!r}", "its argument `mask`")


def begins_masks(graph: Graph) -> bool:
    """Whether some tensor of a graph may carry a mask."""
    return any(_begins_mask(node) for node in graph.nodes)


def _begins_mask(node: Node) -> bool:
    known = node.module == "keras.layers" or node.is_operation or node.is_input
    given = node.kwargs.get("mask") is not None
    return given or not known or node.class_name == "Masking" or bool(node.config.get("mask_zero"))


def _beside(graph: Graph, attention: Node) -> Iterator[Node]:
    """Yield the layers that read what the attention reads and are certain neither before nor after it."""
    ordered = {node.name for node in ancestors(graph, attention.name)}
    ordered |= {node.name for node in (attention, *descendants(graph, attention.name))}
    for name in {reference.node for reference in attention.inputs}:
        yield from (node for node in consumers(graph, name) if node.name not in ordered and not node.is_operation)


def _gives_mask(call: Any, is_taken: bool) -> bool:
    """Whether a call of a nested model has a mask among its arguments that its input may not carry when it runs.

    Args:
        call: Keras' record of the call.
        is_taken: Whether some layer takes masks off tensors.
    """
    from keras import tree

    carried = {id(getattr(tensor, "_keras_mask", None)) for tensor in call.arguments.keras_tensors}
    masks = [mask for mask in tree.flatten(call.arguments.kwargs.get("mask")) if mask is not None]
    return any(is_taken or id(mask) not in carried for mask in masks)
