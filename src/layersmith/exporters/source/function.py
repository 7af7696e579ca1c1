"""One model -> the lines of a Python function that builds it.

A chain of calls reuses the variable `x`; where the graph branches, tensors are named after their layers.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from layersmith.errors import GraphError
from layersmith.exporters.source.expression import Expression, Group, Item, call, flat, layout, sequence
from layersmith.exporters.source.literals import literal
from layersmith.exporters.source.naming import Names
from layersmith.exporters.source.objects import construct, express
from layersmith.exporters.source.operations import operation_call
from layersmith.graph import Graph, Node, Reference, outline, references
from layersmith.graph.call import is_model
from layersmith.graph.view import functional_of

__all__ = ["FunctionWriter", "input_call", "layer_call", "model_lines"]

_RESERVED = ("keras", "np", "x", "inputs", "model", "build_model")
_AUTOMATIC_NAME = re.compile(r"(functional|sequential|model|input_layer)(_\d+)?")

# Gives the expression that makes a nested model, and remembers the functions it needs.
Nested = Callable[[Any], Expression]


def model_lines(model: Any, nested: Nested) -> tuple[list[str], Expression]:
    """Return the statements of a function's body, and the expression of the finished model.

    Args:
        model: A Sequential or Functional model.
        nested: Gives the expression that makes a nested model.

    Raises:
        GraphError: If the model cannot be written as source.
    """
    graph = outline(model)
    if graph.class_name == "Sequential":
        return [], sequential_call(graph, nested)
    if graph.class_name != "Functional":
        raise GraphError(
            f"model {graph.name!r} is a {graph.class_name}, a class of its own",
            expected="keras.Sequential or keras.Model(inputs, outputs)",
            fix="wrap it: keras.Model(model.inputs, model.outputs)",
        )
    return FunctionWriter(graph, nested).write()


def sequential_call(graph: Graph, nested: Nested) -> Expression:
    """Return `keras.Sequential([...])`."""
    layers = [input_call(node) if node.is_input else layer_call(node, nested) for node in _needed(graph)]
    return call("keras.Sequential", sequence("[", *layers, opened=True), **_name(graph.name))


def input_call(node: Node) -> Expression:
    """Return `keras.Input((steps, channels), name="series")`."""
    batch, *shape = node.config["batch_shape"]
    named: dict[str, Expression] = {}
    if batch is not None:
        named["batch_size"] = str(batch)
    if node.config["dtype"] != "float32":
        named["dtype"] = literal(node.config["dtype"])
    for option in ("sparse", "ragged", "optional"):
        if node.config.get(option):
            named[option] = "True"
    return call("keras.Input", literal(tuple(shape)), **named, **_name(node.layer_name))


def layer_call(node: Node, nested: Nested, *, named: bool = True) -> Expression:
    """Return the expression that makes the layer of a node.

    Args:
        node: The node.
        nested: Gives the expression that makes a nested model.
        named: Whether the layer keeps its name; without one, Keras finds a name that is free.
    """
    import keras

    if node.module == "keras":
        return nested(node.operation)
    serialized = keras.saving.serialize_keras_object(node.operation)
    if hasattr(node.operation, "get_vocabulary") and serialized["config"].get("vocabulary") is None:
        # An adapted vocabulary is neither in the config nor among the weights.
        vocabulary = node.operation.get_vocabulary(include_special_tokens=False)
        serialized["config"]["vocabulary"] = np.asarray(vocabulary).tolist()
    if not named:
        serialized["config"].pop("name", None)
    return express(serialized) if node.class_name == "Lambda" else construct(serialized)


class FunctionWriter:
    """Writes the body of a function for one Functional model."""

    def __init__(self, graph: Graph, nested: Nested) -> None:
        self.graph = graph
        self.nested = nested
        self.nodes = _needed(graph)
        self.names = Names(_RESERVED)
        self.readers = _count_readers(graph, self.nodes)
        self.variables: dict[str, str] = {}
        self.shared: dict[str, str] = {}

    def write(self) -> tuple[list[str], Expression]:
        """Return the statements, and the expression of the model."""
        lines = [line for place, node in enumerate(self.nodes) for line in self._statements(place, node)]
        inputs, outputs = self._structure(self.graph.inputs), self._structure(self.graph.outputs)
        return lines, call("keras.Model", inputs, outputs, **_name(self.graph.name))

    def _statements(self, place: int, node: Node) -> list[str]:
        if node.is_input:
            self.variables[node.name] = "inputs" if self._is_only_input() else self.names.new(node.name)
            return [self._assign(node, input_call(node))]
        lines: list[str] = []
        if node.is_operation:
            value = operation_call(node, self._argument)
        else:
            lines, head = self._head(node)
            args, kwargs = self._arguments(node)
            value = call(head, *args, **kwargs)
        self.variables[node.name] = "x" if self._is_chained(place, node) else self.names.new(_base_name(node))
        return [*lines, self._assign(node, value)]

    def _head(self, node: Node) -> tuple[list[str], Expression]:
        """Return what is called: the layer made on the spot, or the variable of a shared one."""
        if node.layer_name in self.shared:
            return [], self.shared[node.layer_name]
        layer = layer_call(node, self.nested, named=not self._may_clash(node))
        if sum(other.layer_name == node.layer_name for other in self.nodes) == 1:
            return [], layer
        self.shared[node.layer_name] = name = self.names.new(f"{node.layer_name}_layer")
        return [layout(layer, prefix=f"{name} = ", depth=1)], name

    def _may_clash(self, node: Node) -> bool:
        """Whether Keras may name an operator of this model (`x + y` is `add`) as this weightless layer is named."""
        operators = {_unnumbered(other.layer_name) for other in self.nodes if other.is_operation}
        return not node.weights and _unnumbered(node.layer_name) in operators

    def _arguments(self, node: Node) -> tuple[list[Expression], dict[str, Expression]]:
        kwargs = {name: value for name, value in node.kwargs.items() if name not in node.implicit}
        return [self._argument(value) for value in node.args], {k: self._argument(v) for k, v in kwargs.items()}

    def _argument(self, value: Any) -> Expression:
        """Return a constant as a literal, and a structure that holds tensors with their variables in it."""
        return self._structure(value) if any(True for _ in references(value)) else literal(value)

    def _structure(self, value: Any) -> Expression:
        if isinstance(value, Reference):
            return self._tensor(value)
        if isinstance(value, dict):
            items = (
                Item(value=self._structure(entry), prefix=f"{flat(literal(key))}: ") for key, entry in value.items()
            )
            return Group(bracket="{", items=tuple(items))
        if isinstance(value, list | tuple):
            return sequence("[" if isinstance(value, list) else "(", *map(self._structure, value))
        return literal(value)

    def _tensor(self, reference: Reference) -> str:
        node = self.graph.node(reference.node)
        variable = self.variables[node.name]
        if len(node.output_shapes) == 1:
            return variable
        return variable + _accessors(node)[reference.index]

    def _is_chained(self, place: int, node: Node) -> bool:
        """Whether the output is read once, by the very next statement."""
        if self.readers[node.name] != 1 or len(node.output_shapes) != 1:
            return False
        rest = self.nodes[place + 1 :]
        following = [reference.node for reference in _reads(rest[0])] if rest else _output_names(self.graph)
        return node.name in following

    def _is_only_input(self) -> bool:
        return isinstance(self.graph.inputs, Reference)

    def _assign(self, node: Node, value: Expression) -> str:
        return layout(value, prefix=f"{self.variables[node.name]} = ", depth=1)


def _base_name(node: Node) -> str:
    """The node's name; of an operation without the number that Keras counts up through the whole process."""
    return re.sub(r"_\d+$", "", node.name) if node.is_operation else node.name


def _reads(node: Node) -> tuple[Reference, ...]:
    """The tensors a call names in source: those Keras passes on by itself are left out."""
    kwargs = {name: value for name, value in node.kwargs.items() if name not in node.implicit}
    return tuple(references((node.args, kwargs)))


def _needed(graph: Graph) -> tuple[Node, ...]:
    """Inputs, and the nodes that the outputs depend on through tensors named in source."""
    wanted = {reference.node for reference in references(graph.outputs)}
    for node in reversed(graph.nodes):
        if node.name in wanted:
            wanted.update(reference.node for reference in _reads(node))
    return tuple(node for node in graph.nodes if node.is_input or node.name in wanted)


def _count_readers(graph: Graph, nodes: tuple[Node, ...]) -> dict[str, int]:
    counts = dict.fromkeys((node.name for node in nodes), 0)
    for node in nodes:
        for name in {reference.node for reference in _reads(node)}:
            counts[name] += 1
    for name in _output_names(graph):
        counts[name] += 1
    return counts


def _output_names(graph: Graph) -> list[str]:
    return [reference.node for reference in references(graph.outputs)]


def _accessors(node: Node) -> dict[int, str]:
    """What picks each flattened output of a call: `[1]`, or `["scale"]` where a nested model gives a dictionary."""
    from keras import tree

    places: Any = list(range(len(node.output_shapes)))
    if is_model(node.operation):
        places = tree.pack_sequence_as(functional_of(node.operation)._outputs_struct, places)
    return dict(_paths(places))


def _paths(structure: Any, path: str = "") -> Iterator[tuple[int, str]]:
    if isinstance(structure, int):
        yield structure, path
        return
    entries = structure.items() if isinstance(structure, dict) else enumerate(structure)
    for key, entry in entries:
        yield from _paths(entry, f"{path}[{flat(literal(key))}]")


def _name(name: str) -> dict[str, Expression]:
    return {} if _AUTOMATIC_NAME.fullmatch(name) else {"name": literal(name)}


def _unnumbered(name: str) -> str:
    return re.sub(r"_\d+$", "", name)
