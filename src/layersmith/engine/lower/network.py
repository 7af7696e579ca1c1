"""A graph as one pure JAX function of weights and inputs.

Layers are known by their number in the graph, not by their name, so that two models of one architecture are the same
network: `"0/kernel"`, `"3/gamma"`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.lower.constraints import Constraint
from layersmith.engine.lower.env import Env
from layersmith.engine.lower.lowering import Place
from layersmith.engine.lower.mask_order import begins_masks, require_known_masks
from layersmith.engine.lower.part import Part, part_of
from layersmith.engine.lower.penalties import Penalty
from layersmith.engine.lower.positional import positional
from layersmith.engine.lower.runtime import static_config
from layersmith.engine.lower.weight_names import canonical_names
from layersmith.engine.unsupported import Unsupported
from layersmith.engine.variables import assign, read
from layersmith.graph import Graph, Node, Reference

__all__ = ["Network", "lower", "read_weights", "short_names", "signature_of", "variables_of", "write_weights"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """A lowered graph.

    Attributes:
        graph: What was lowered.
        trainable: Keys of the weights that training changes by gradient.
        state: Keys of the others: moving statistics, frozen layers.
        constraints: What is applied to weights after each update, by key.
        signature: What of the graph is baked in; equal signatures mean the same program.
        depends_on_batches: Whether it matters which rows are together: for layers that are traced as they are, and for
            masks, which may reach the loss.
        is_whole: Whether rows that do not exist may not fill a batch up: layers that are traced might mix them in.
    """

    graph: Graph
    trainable: tuple[str, ...]
    state: tuple[str, ...]
    constraints: Mapping[str, Constraint]
    signature: str
    depends_on_batches: bool
    is_whole: bool
    _steps: tuple["_Step", ...]
    _penalties: tuple[Penalty, ...]
    _state: Mapping[str, Any]  # variables that are no weights, by key

    def apply(self, weights: Mapping[str, Any], inputs: Sequence[Any], env: Env) -> Any:
        """Return the outputs in the structure the model gives.

        Args:
            weights: All weights by key.
            inputs: Flattened inputs, each `(batch, ...)`.
            env: The step.
        """
        known: dict[Reference, Any] = {}
        for node, value in zip(self.graph.input_nodes, inputs, strict=True):
            known[Reference(node.name)] = value
        for step in self._steps:
            outputs = step.run(weights, known, env)
            known.update((Reference(step.node.name, index), value) for index, value in enumerate(outputs))
        live = {
            key: value * env.runtime[f"live/{key}"] if f"live/{key}" in env.runtime else value
            for key, value in weights.items()
        }
        env.penalties.extend(penalty(live, env) for penalty in self._penalties)
        return jax.tree.map(lambda leaf: known[leaf], self.graph.outputs, is_leaf=_is_reference)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Step:
    node: Node
    names: Mapping[str, str]  # short weight name -> key
    part: Part
    finish: Callable[[Any, Env], Any] | None

    def run(self, weights: Mapping[str, Any], known: Mapping[Reference, Any], env: Env) -> tuple[Any, ...]:
        def fill(leaf: Any) -> Any:
            return known[leaf] if isinstance(leaf, Reference) else leaf

        args, kwargs = jax.tree.map(fill, (self.node.args, dict(self.node.kwargs)), is_leaf=_is_leaf)
        own = {short: weights[key] for short, key in self.names.items()}
        masks, mask = self.part.masks, None
        if masks is not None:
            kwargs, mask = masks.find(args, kwargs, env.masks)
        output = self.part.forward(own, args, kwargs, env)
        outputs = output if isinstance(output, tuple) else (output,)
        if self.finish is not None:
            outputs = tuple(self.finish(value, env) for value in outputs)
        if masks is not None:
            masks.carry(args[0], mask, outputs, env.masks)
        if self.part.activity is not None:
            env.penalties.extend(self.part.activity({"": value}, env) for value in outputs)
        return outputs


def _is_reference(leaf: Any) -> bool:
    return isinstance(leaf, Reference)


def _is_leaf(leaf: Any) -> bool:
    return leaf is None or isinstance(leaf, (Reference, str, slice))


def lower(
    graph: Graph, finishes: Mapping[str, Callable[[Any, Env], Any]] | None = None, *, traces: bool = True
) -> Network:
    """Lower a graph.

    Args:
        graph: The view of a built model.
        finishes: What to do to the outputs of a node after its layer, `(output, env) -> output`, by node name.
        traces: Whether layers that the table does not cover may be traced as they are, on the JAX backend.

    Raises:
        Unsupported: If a layer, a regulariser, a constraint or a dtype has no compiled form.
    """
    require_known_masks(graph)
    places = {name: str(index) for index, name in enumerate(graph.layers)}
    trainable, state = _split(graph, places)
    steps, penalties, constraints = [], list[Penalty](), dict[str, Constraint]()
    calls = Counter(node.layer_name for node in graph.nodes)
    further, identities = dict[str, Any](), list[str]()
    for salt, node in enumerate(map(positional, graph.nodes)):
        if node.is_input:
            continue
        key = places[node.layer_name]
        _require_float32(node)
        names = short_names(node, key)
        part = part_of(node, Place(key=key, salt=salt, calls=calls[node.layer_name]), names, traces=traces)
        own = {short: f"{key}/{short}" for short in part.state}
        steps.append(_Step(node=node, names={**names, **own}, part=part, finish=(finishes or {}).get(node.name)))
        further.update((own[short], variable) for short, variable in part.state.items())
        identities += [part.identity] * bool(part.identity)
        if node.name == graph.layers[node.layer_name].name:
            penalties += [penalty for weight, penalty in part.penalties if weight in trainable]
            constraints.update((k, v) for k, v in part.constraints.items() if k in trainable)
    return Network(
        graph=graph,
        trainable=trainable,
        state=(*state, *further),
        constraints=constraints,
        signature="\n".join([signature_of(graph), *identities]),
        depends_on_batches=bool(identities) or begins_masks(graph),
        is_whole=bool(identities),
        _steps=tuple(steps),
        _penalties=tuple(penalties),
        _state=further,
    )


def short_names(node: Node, key: str) -> dict[str, str]:
    """Return the weights of a layer, short name to key, in Keras' order.

    Args:
        node: A call of the layer.
        key: The layer's number in the graph, as text.
    """
    return {short: f"{key}/{short}" for short in canonical_names(node)}


def _require_float32(node: Node) -> None:
    policy = getattr(node.operation, "dtype_policy", None)
    if policy is not None and policy.name not in ("float32", "int32", "bool"):
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", f"dtype {policy.name}")


def _split(graph: Graph, places: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    trainable: list[str] = []
    state: list[str] = []
    for node in graph.layers.values():
        keys = short_names(node, places[node.layer_name]).values()
        variables = getattr(node.operation, "weights", ())
        for key, variable in zip(keys, variables, strict=True):
            (trainable if variable.trainable and node.operation.trainable else state).append(key)
    return tuple(trainable), tuple(state)


def signature_of(graph: Graph) -> str:
    """Return the architecture as text, without names and without what is a runtime value."""
    places = {name: str(index) for index, name in enumerate(graph.layers)}
    parts = []
    numbers = {node.name: index for index, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        call = repr(jax.tree.map(_baked, (node.args, sorted(node.kwargs.items())), is_leaf=_is_leaf))
        for name in sorted(numbers, key=len, reverse=True):
            call = call.replace(f"{name!r}", str(numbers[name]))
        shapes = (node.output_shapes, short_names(node, ""), tuple(node.weights.values()), node.output_dtypes)
        flags = tuple(bool(variable.trainable) for variable in getattr(node.operation, "weights", ()))
        parts.append(repr((places[node.layer_name], node.class_name, static_config(node), call, shapes, flags)))
    return "\n".join(
        [*parts, repr(jax.tree.map(lambda leaf: numbers[leaf.node], graph.outputs, is_leaf=_is_reference))]
    )


def _baked(leaf: Any) -> Any:
    """Return a constant as text that tells it from others: large arrays have only their corners in theirs."""
    return (leaf.shape, str(leaf.dtype), sha256(leaf.tobytes()).hexdigest()) if isinstance(leaf, np.ndarray) else leaf


def variables_of(network: Network) -> dict[str, Any]:
    """Return the Keras variables of the viewed model, by key."""
    found: dict[str, Any] = {}
    for index, node in enumerate(network.graph.layers.values()):
        keys = short_names(node, str(index)).values()
        found.update(zip(keys, getattr(node.operation, "weights", ()), strict=True))
    return {**found, **network._state}


def read_weights(network: Network) -> dict[str, NDArray[Any]]:
    """Return the present weights of the viewed model, by key."""
    return {key: read(variable) for key, variable in variables_of(network).items()}


def write_weights(network: Network, values: Mapping[str, Any]) -> None:
    """Set the weights of the viewed model; keys that `values` lacks stay as they are."""
    variables = variables_of(network)
    assign([(variables[key], value) for key, value in values.items()])
