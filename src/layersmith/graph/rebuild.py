"""`Graph` -> a new model with layers of its own and the same weights, nodes replaced or dropped on the way."""

from collections.abc import Mapping
from typing import Any

from layersmith.errors import GraphError
from layersmith.graph.model_graph import Graph
from layersmith.graph.node import Node, Reference

__all__ = ["rebuild"]


def rebuild(graph: Graph, substitutions: Mapping[str, Any] | None = None) -> Any:
    """Build a new Functional model from a graph.

    Every layer is made anew from its config and receives a copy of the old weights; input names, layer names and the
    structure of inputs and outputs stay. A layer out of a nested model keeps its own name where that is still free,
    else the nested model's name goes before it. The new model is not compiled; see `compile_like`.

    Args:
        graph: What to build.
        substitutions: Node name to a fresh Keras layer to call in its place, or None to drop the node. A node can be
            dropped if it reads one tensor and gives one of the same shape.

    Returns:
        A `keras.Model`.

    Raises:
        UnknownNameError: If a substitution names no node.
        GraphError: If an input is substituted, or a node that cannot be dropped is.
    """
    import keras
    from keras import tree

    changes = dict(substitutions or {})
    for name, layer in changes.items():
        _require_substitutable(graph, graph.node(name), layer)
    tensors: dict[Reference, Any] = {}
    layers = _Layers(graph)
    for node in graph.nodes:
        if node.name in changes and changes[node.name] is None:
            tensors[Reference(node.name)] = tensors[_read(node)]
            continue
        args, kwargs = tree.map_structure(lambda leaf: _fill(leaf, tensors), (node.args, dict(node.kwargs)))
        outputs = layers.input(node) if node.is_input else (changes.get(node.name) or layers[node])(*args, **kwargs)
        tensors.update({Reference(node.name, index): tensor for index, tensor in enumerate(tree.flatten(outputs))})
    model = keras.Model(
        tree.map_structure(tensors.__getitem__, graph.inputs),
        tree.map_structure(tensors.__getitem__, graph.outputs),
        name=graph.name,
    )
    layers.copy_weights()
    return model


class _Layers:
    """The new layers, made on first use, one per layer of the graph."""

    def __init__(self, graph: Graph) -> None:
        self.names = _short_names(graph)
        self.made: dict[str, tuple[Any, Any]] = {}

    def __getitem__(self, node: Node) -> Any:
        if node.layer_name not in self.made:
            config = dict(node.config)
            if "name" in config:
                config["name"] = self.names[node.layer_name]
            self.made[node.layer_name] = (type(node.operation).from_config(config), node.operation)
        return self.made[node.layer_name][0]

    def input(self, node: Node) -> Any:
        return self[node].output

    def copy_weights(self) -> None:
        for new, old in self.made.values():
            if getattr(old, "weights", None):
                new.set_weights(old.get_weights())
                _finalize(new)


def _finalize(layer: Any) -> None:
    """Let layers that compute with statistics (`Normalization`) take up the weights they were given."""
    import keras

    for part in layer._flatten_layers():
        if isinstance(part, keras.layers.Normalization):
            part.finalize_state()


def _short_names(graph: Graph) -> dict[str, str]:
    """Layer name in the graph to a name without `/` that is unique among the new layers."""
    names: dict[str, str] = {name: name for name in graph.layers if "/" not in name}
    taken = set(names)
    for full in graph.layers:
        if full not in names:
            last = full.rpartition("/")[2]
            name, number = (last if last not in taken else full.replace("/", "_")), 1
            while name in taken:
                name, number = f"{full.replace('/', '_')}_{number}", number + 1
            names[full] = name
            taken.add(name)
    return names


def _read(node: Node) -> Reference:
    return next(reference for reference in node.inputs if reference not in _masks(node))


def _fill(leaf: Any, tensors: Mapping[Reference, Any]) -> Any:
    return tensors[leaf] if isinstance(leaf, Reference) else leaf


def _require_substitutable(graph: Graph, node: Node, layer: Any) -> None:
    if node.is_input:
        raise GraphError(
            f"node {node.name!r} is an input of the model",
            expected="a node that computes something",
            fix="substitute the nodes that read it",
        )
    read = {value for value in node.inputs if value not in _masks(node)}
    shapes = [graph.node(reference.node).output_shapes[reference.index] for reference in read]
    if layer is None and tuple(shapes) != node.output_shapes:
        raise GraphError(
            f"node {node.name!r} reads {shapes} and gives {list(node.output_shapes)}",
            expected="one tensor in and one of the same shape out, for a node to drop",
            fix="substitute a layer, or drop another node",
        )


def _masks(node: Node) -> tuple[Reference, ...]:
    return tuple(value for name, value in node.kwargs.items() if name in node.implicit and isinstance(value, Reference))
