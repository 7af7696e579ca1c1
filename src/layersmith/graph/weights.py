"""Names and values of a graph's weights."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.graph.model_graph import Graph

__all__ = ["weight_names", "weight_shapes", "weights_of"]


def weight_names(layer: Any, layer_name: str) -> tuple[str, ...]:
    """Return one unique name per entry of `layer.weights`, in its order.

    A name is the layer's name and the weight's path inside the layer: `dense/kernel`,
    `bidirectional/forward_lstm/lstm_cell/kernel`.
    """
    names: dict[str, None] = {}
    for variable in layer.weights:
        inside = _inside(variable.path, layer.name)
        name, number = f"{layer_name}/{inside}", 1
        while name in names:
            name, number = f"{layer_name}/{inside}_{number}", number + 1
        names[name] = None
    return tuple(names)


def weight_shapes(layer: Any, layer_name: str) -> Mapping[str, tuple[int, ...]]:
    """Return the shape of every weight by its name; empty for an operation without weights."""
    weights = getattr(layer, "weights", ())
    names = weight_names(layer, layer_name) if weights else ()
    return {name: tuple(weight.shape) for name, weight in zip(names, weights, strict=True)}


def weights_of(graph: Graph) -> Mapping[str, NDArray[Any]]:
    """Return the present value of every weight, by the names of `Node.weights`; shared layers once.

    Returns:
        Full weight name to a copy of its value.
    """
    values: dict[str, NDArray[Any]] = {}
    for node in graph.layers.values():
        if node.weights:
            values.update(zip(node.weights, map(np.array, node.operation.get_weights()), strict=True))
    return values


def _inside(path: str, name: str) -> str:
    """Return what comes after the layer's own name in a weight's path."""
    parts = path.split("/")
    return "/".join(parts[parts.index(name) + 1 :]) if name in parts[:-1] else path
