"""`keras.Model` -> `Graph`.

    view(model)      nested models flattened: what the engine, cost, rules and rewrites read
    outline(model)   a nested model stays one node: what an exporter of source code reads

Keras keeps the calls of a Functional model as nodes on its operations (`keras/src/ops/node.py`); a Sequential model
holds such a Functional model once it is built. Both are read here and nowhere else.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from layersmith.errors import GraphError
from layersmith.graph.call import (
    call_arguments,
    config_of,
    implicit_names,
    is_model,
    module_of,
    registered_name_of,
)
from layersmith.graph.compiled import read_compiled
from layersmith.graph.light import light_serialization
from layersmith.graph.model_graph import Graph
from layersmith.graph.node import Node, Reference
from layersmith.graph.traverse import references
from layersmith.graph.weights import weight_shapes

__all__ = ["functional_of", "outline", "view"]


def view(model: Any, *, needs_configs: bool = True) -> Graph:
    """Read a built Sequential or Functional model, nested models flattened.

    Args:
        model: A `keras.Model` on any backend.
        needs_configs: Whether every operation must have a config; if not, one without has an empty one.

    Raises:
        GraphError: If the model is subclassed, not built, or holds an operation without a config.
    """
    with light_serialization():
        return _Reader(flatten=True, needs_configs=needs_configs).read(model)


def outline(model: Any) -> Graph:
    """Read a model as `view` does, but keep each nested model as a single node.

    Raises:
        GraphError: As `view`.
    """
    with light_serialization():
        return _Reader(flatten=False).read(model)


def functional_of(model: Any) -> Any:
    """Return the Functional model that holds the calls of `model`.

    Raises:
        GraphError: If there is none.
    """
    import keras

    name = type(model).__name__
    if not isinstance(model, keras.Model):
        raise GraphError(
            f"{name} object is not a Keras model",
            expected="a keras.Model",
            fix="pass a built Sequential or Functional model",
        )
    functional = getattr(model, "_functional", None) if isinstance(model, keras.Sequential) else model
    if functional is None:
        raise GraphError(
            f"Sequential model {model.name!r} is not built: its input shape is not known",
            expected="a built model",
            fix="put keras.Input(shape) first, or call model.build((None, ...)) with the shape of the data",
        )
    if not hasattr(functional, "_inputs_struct"):
        raise GraphError(
            f"{name} {model.name!r} is a subclassed model: its calls are Python code, not a graph",
            expected="a Sequential or Functional model",
            fix="build it with keras.Sequential([...]) or keras.Model(inputs, outputs)",
        )
    return functional


class _Reader:
    """Collects nodes while it walks a model and the models nested in it."""

    def __init__(self, *, flatten: bool, needs_configs: bool = True) -> None:
        self.flatten, self.needs_configs = flatten, needs_configs
        self.nodes: list[Node] = []
        self.node_names: set[str] = set()
        self.layer_names: dict[int, str] = {}

    def read(self, model: Any) -> Graph:
        from keras import tree

        functional = functional_of(model)
        known: dict[int, Any] = {}
        for tensor in functional.inputs:
            self._add(tensor._keras_history.operation, None, (tensor,), known, scope="")
        self._walk(functional, known, scope="")
        return Graph(
            name=model.name,
            class_name=type(model).__name__,
            nodes=tuple(self.nodes),
            inputs=tree.map_structure(lambda tensor: known[id(tensor)], functional._inputs_struct),
            outputs=tree.map_structure(lambda tensor: known[id(tensor)], functional._outputs_struct),
            compiled=read_compiled(model),
            model=model,
        )

    def _walk(self, functional: Any, known: dict[int, Any], *, scope: str) -> None:
        """Add the calls of one model; `known` maps tensors (by id) to references, its inputs already in it."""
        for call in _calls(functional, set(known)):
            operation = call.operation
            if self.flatten and is_model(operation):
                inside = functional_of(operation)
                bound = _bind(operation, inside, call.arguments, known)
                self._walk(inside, bound, scope=f"{scope}{operation.name}/")
                known.update(
                    (id(outer), bound[id(inner)]) for outer, inner in zip(call.outputs, inside.outputs, strict=True)
                )
            else:
                self._add(operation, call.arguments, tuple(call.outputs), known, scope=scope)

    def _add(
        self, operation: Any, arguments: Any, outputs: tuple[Any, ...], known: dict[int, Any], *, scope: str
    ) -> None:
        layer_name = self.layer_names.setdefault(id(operation), scope + operation.name)
        args, kwargs = call_arguments(operation, arguments, known)
        node = Node(
            name=self._unique(layer_name),
            layer_name=layer_name,
            class_name=type(operation).__name__,
            module=module_of(operation),
            registered_name=registered_name_of(operation),
            config=config_of(operation, required=self.needs_configs),
            operation=operation,
            args=args,
            kwargs=kwargs,
            implicit=implicit_names(operation, arguments),
            inputs=tuple(references((args, kwargs))),
            output_shapes=tuple(tuple(tensor.shape) for tensor in outputs),
            output_dtypes=tuple(str(tensor.dtype) for tensor in outputs),
            weights=weight_shapes(operation, layer_name),
        )
        self.nodes.append(node)
        known.update((id(tensor), Reference(node.name, index)) for index, tensor in enumerate(outputs))

    def _unique(self, layer_name: str) -> str:
        name, number = layer_name, 1
        while name in self.node_names:
            name, number = f"{layer_name}#{number}", number + 1
        self.node_names.add(name)
        return name


def _calls(functional: Any, known: set[int]) -> Iterator[Any]:
    """Yield Keras' nodes so that each comes after what it reads, each branch in one piece (depth first, post-order)."""
    done: set[int] = set()
    stack = [(tensor, False) for tensor in reversed(functional.outputs)]
    while stack:
        tensor, ready = stack.pop()
        if id(tensor) in known:
            continue
        history = tensor._keras_history
        call = history.operation._inbound_nodes[history.node_index]
        if id(call) in done:
            continue
        if ready:
            done.add(id(call))
            yield call
        else:
            stack.append((tensor, True))
            stack.extend((read, False) for read in reversed(call.input_tensors))


def _bind(operation: Any, inside: Any, arguments: Any, known: Mapping[int, Any]) -> dict[int, Any]:
    """Map the input tensors of a nested model to what it was called with."""
    from keras import tree

    given = arguments.args[0] if arguments.args else arguments.kwargs["inputs"]
    if isinstance(given, dict) and not isinstance(inside._inputs_struct, dict):
        given = [given[tensor.name] for tensor in inside.inputs]
    outer = tree.flatten(given)
    if len(outer) != len(inside.inputs):
        raise GraphError(
            f"nested model {operation.name!r} is called with {len(outer)} tensors",
            expected=f"{len(inside.inputs)}, one per input",
            fix="pass one tensor for each input of the nested model",
        )
    return {id(inner): known[id(tensor)] for inner, tensor in zip(inside.inputs, outer, strict=True)}
