"""The graph: a read-only view of one `keras.Model`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from layersmith.errors import lookup
from layersmith.graph.node import Node

__all__ = ["Compiled", "Graph"]


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """What `model.compile` was given, in Keras' serialized form (strings, numbers, or config dictionaries).

    Attributes:
        optimizer: Config of the optimizer, with its present learning rate.
        loss: One loss, or a list or dictionary of them.
        loss_weights: Weights of the losses.
        metrics: Metrics, in the structure given.
        weighted_metrics: Metrics that take sample weights.
        options: The other arguments: `run_eagerly`, `steps_per_execution`, `jit_compile`.
    """

    optimizer: Any
    loss: Any = None
    loss_weights: Any = None
    metrics: Any = None
    weighted_metrics: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Graph:
    """The nodes of a model, in an order in which they can be computed.

    Attributes:
        name: Name of the model.
        class_name: `Sequential` or `Functional`, or the name of a class derived from them.
        nodes: All nodes; inputs first, then each branch in one piece.
        inputs: References in the structure the model takes: one, a list, or a dictionary.
        outputs: References in the structure the model gives.
        compiled: Loss, optimizer and metrics; None for a model that is not compiled.
        model: The model that was viewed.
    """

    name: str
    class_name: str
    nodes: tuple[Node, ...]
    inputs: Any
    outputs: Any
    compiled: Compiled | None = None
    model: Any = field(default=None, repr=False, compare=False)

    @cached_property
    def by_name(self) -> Mapping[str, Node]:
        """Nodes by name."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def layers(self) -> Mapping[str, Node]:
        """Each layer once: layer name to the node of its first call."""
        first: dict[str, Node] = {}
        for node in self.nodes:
            first.setdefault(node.layer_name, node)
        return first

    @property
    def input_nodes(self) -> tuple[Node, ...]:
        """The nodes of the model's inputs, in the order of its flattened inputs."""
        return tuple(node for node in self.nodes if node.is_input)

    @property
    def num_params(self) -> int:
        """Values in all weights; shared layers count once."""
        return sum(node.num_params for node in self.layers.values())

    def node(self, name: str) -> Node:
        """Return the node of that name.

        Raises:
            UnknownNameError: If there is none.
        """
        return lookup(self.by_name, name, "node")
