"""The feature axes of a whole graph, and which of its layers may be padded."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from layersmith.engine.widths.axis import Axis, whole
from layersmith.engine.widths.rules import WIDTH, Fixed, Passage, pass_through
from layersmith.graph import Graph, Node
from layersmith.graph.traverse import references

__all__ = ["Flow", "agreeing", "flow", "widths_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Flow:
    """Where the axes of a graph go.

    Attributes:
        passages: What each node makes of its inputs' axes, by node name; inputs have none.
        inputs: Last axis of the first input of each of these nodes.
    """

    passages: Mapping[str, Passage]
    inputs: Mapping[str, Axis]


def flow(graph: Graph, sizes: Mapping[str, int]) -> Flow:
    """Follow the axes through the graph with some layers padded.

    Args:
        graph: The view of a model.
        sizes: What to pad to, by layer name.

    Raises:
        Fixed: If one of these layers may not be padded.
    """
    axes: dict[str, Axis] = {}
    passages: dict[str, Passage] = {}
    inputs: dict[str, Axis] = {}
    for node in graph.nodes:
        if node.is_input:
            axes[node.name] = _plain(node)
            continue
        given = [axes[reference.node] for reference in node.inputs]
        passage = pass_through(node, given, sizes.get(node.layer_name))
        _require_agreement(graph, node, passage, passages)
        passages[node.name], axes[node.name] = passage, passage.output
        if given:
            inputs[node.name] = given[0]
    reached = [axes[reference.node] for reference in references(graph.outputs) if axes[reference.node].origins]
    if reached:
        raise Fixed(reached)
    return Flow(passages=passages, inputs=inputs)


def widths_of(graph: Graph) -> dict[str, int]:
    """Return the widths that may be padded, by layer name.

    Example:
        >>> import keras
        >>> from layersmith.graph import view
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, name="a"), keras.layers.Dense(1)])
        >>> widths_of(view(model))
        {'a': 5}
    """
    found = {
        name: int(node.config[WIDTH[node.class_name]])
        for name, node in graph.layers.items()
        if node.module == "keras.layers" and node.class_name in WIDTH
    }
    while True:
        try:
            flow(graph, {name: width + 1 for name, width in found.items()})
        except Fixed as fixed:
            if not fixed.origins & found.keys():
                raise  # a rule refused what is not padded
            found = {name: width for name, width in found.items() if name not in fixed.origins}
        else:
            return found


def agreeing(graph: Graph, sizes: Mapping[str, int]) -> dict[str, int]:
    """Return the sizes, those of layers whose features meet, in an `Add` for example, raised to the largest of them.

    Args:
        graph: The view of a model.
        sizes: What to pad to, by layer name, of those that `widths_of` names; each at least its width.

    Raises:
        Fixed: If one of these layers may not be padded.
    """
    raised = dict(sizes)
    while True:
        try:
            flow(graph, raised)
        except Fixed as fixed:
            meeting = {name: raised[name] for name in fixed.origins & raised.keys()}
            if len(set(meeting.values())) < 2:
                raise
            raised.update(dict.fromkeys(meeting, max(meeting.values())))
        else:
            return raised


def _plain(node: Node) -> Axis:
    last = node.output_shape[-1] if len(node.output_shape) > 1 else None
    return whole(last or 0)


def _require_agreement(graph: Graph, node: Node, passage: Passage, before: Mapping[str, Passage]) -> None:
    """A layer that is called twice has one set of weights: both calls must see the same axes."""
    first = graph.layers[node.layer_name].name
    if first == node.name:
        return
    here, there = passage.weights, before[first].weights
    for name in here.keys() | there.keys():
        pairs = list(zip_longest(here.get(name, ()), there.get(name, ())))
        apart = [axis for pair in pairs if not _agree(*pair) for axis in pair if axis is not None]
        if apart:
            raise Fixed(apart)


def _agree(one: Axis | None, other: Axis | None) -> bool:
    return one.same(other) if one is not None and other is not None else one is other
