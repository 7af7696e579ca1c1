"""Names of a layer's weights inside the engine: `kernel`, `lstm_cell/kernel`, `forward_layer/gru_cell/bias`.

They are the same in every model of one architecture: a wrapped layer goes by its role, not by the name Keras made up,
and the weights of a user's own layer by their place among its weights.
"""

from typing import Any

from layersmith.engine.lower.wrapped import ROLES
from layersmith.graph import Node
from layersmith.graph.weights import weight_names

__all__ = ["canonical_names", "is_weight_of"]


def canonical_names(node: Node) -> tuple[str, ...]:
    """Return one name for each of the layer's weights, in Keras' order; empty for an operation."""
    if node.weights and node.module == "keras.layers":
        return _names(node.operation)
    return tuple(map(str, range(len(node.weights))))


def is_weight_of(short: str, stem: str) -> bool:
    """Whether a weight is the one that fields such as `recurrent_regularizer` mean by their first word.

    Example:
        >>> is_weight_of("lstm_cell/recurrent_kernel", "recurrent"), is_weight_of("lstm_cell/kernel", "recurrent")
        (True, False)
    """
    last = short.rpartition("/")[2]
    return last in (stem, f"{stem}_kernel") or (stem == "depthwise" and last == "kernel")


def _names(layer: Any) -> tuple[str, ...]:
    inside: dict[int, str] = {}
    for role in ROLES.get(type(layer).__name__, ()):
        part = getattr(layer, role)
        inside.update((id(weight), f"{role}/{name}") for weight, name in zip(part.weights, _names(part), strict=True))
    own = (name.removeprefix(f"{layer.name}/") for name in weight_names(layer, layer.name))
    return tuple(inside.get(id(weight), name) for weight, name in zip(layer.weights, own, strict=True))
