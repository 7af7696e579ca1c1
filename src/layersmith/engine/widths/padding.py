"""The padded graph of a model: what is lowered in its place, and how its weights get in and out.

A padded run equals the unpadded one to float32 accuracy: padded features are zero throughout (`rules`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from layersmith.engine.lower.network import short_names
from layersmith.engine.widths.activation import SWITCHED, keeps_zero, position_of, switched
from layersmith.engine.widths.axis import Axis
from layersmith.engine.widths.flow import flow
from layersmith.engine.widths.rules import Passage, WeightAxes
from layersmith.graph import Graph, Node

__all__ = ["Finish", "Padding", "pad"]

Finish: TypeAlias = Callable[[Any, Any], Any]  # (output, env) -> output
_ACTIVATED = ("Activation", "Dense", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D")


@dataclass(frozen=True, kw_only=True, eq=False)
class Padding:
    """A padded graph.

    Attributes:
        graph: The graph with padded widths, and with `linear` where an activation is a runtime value.
        finishes: What is done to the output of a node after its layer, by node name.
        axes: The axes of each padded weight, by key.
        among: The activations that may be runtime values.
    """

    graph: Graph
    finishes: Mapping[str, Finish]
    axes: Mapping[str, WeightAxes]
    among: tuple[str, ...]
    _values: Mapping[str, Callable[[], Any]]

    @cached_property
    def runtime(self) -> Mapping[str, Any]:
        """Runtime values that come with the padding: numbers of activations, masks of live features."""
        return {name: make() for name, make in self._values.items()}

    @property
    def signature(self) -> str:
        """What of the padding is baked in, beside the graph."""
        numbers = {node.name: str(index) for index, node in enumerate(self.graph.nodes)}
        switches = any(name.endswith("/activation") for name in self._values)
        return repr(([numbers[name] for name in self.finishes], sorted(self._values), self.among if switches else ()))

    def embed(self, weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return weights in padded shapes, zero where nothing is live."""
        return {key: _embed(value, self.axes[key]) if key in self.axes else value for key, value in weights.items()}

    def extract(self, weights: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        """Return the live part of padded weights."""
        return {
            key: np.asarray(value)[_index(np.shape(value), self.axes[key])] if key in self.axes else np.asarray(value)
            for key, value in weights.items()
        }


def pad(graph: Graph, sizes: Mapping[str, int], among: Sequence[str] = SWITCHED) -> Padding:
    """Pad layers of a graph; the activations after them become runtime values.

    Args:
        graph: The view of a model.
        sizes: What to pad to, by layer name, of those that `widths_of` names; each at least its width.
        among: The activations that become runtime values.

    Returns:
        The padding. With no sizes it is the graph itself.
    """
    passages = flow(graph, sizes).passages
    keys = {name: str(index) for index, name in enumerate(graph.layers)}
    nodes: list[Node] = []
    finishes: dict[str, Finish] = {}
    values: dict[str, Callable[[], Any]] = {}
    axes: dict[str, WeightAxes] = {}
    for salt, node in enumerate(graph.nodes):
        passage = passages.get(node.name)
        if passage is None or not (passage.output.origins or passage.weights):
            nodes.append(node)
            continue
        key = keys[node.layer_name]
        number = _switch(node, passage, among)
        nodes.append(_resized(node, passage, number is not None))
        if number is not None:
            values[f"{key}/activation"] = partial(np.int32, number)
        zero = passage.zero if number is None else all(map(keeps_zero, among))
        resized = bool(passage.output.origins)  # else all of its features are live
        masked = resized and (not zero or _penalises_magnitude(node))
        if passage.live or masked:
            values[f"live/{salt}"] = partial(_mask, passage.output)
        if number is not None or masked:
            activation = None if number is None else f"{key}/activation"
            finishes[node.name] = _finish(activation, f"live/{salt}" if masked else None, among)
        own = _weight_axes(node, key, passage)
        axes.update(own)
        if _penalises_magnitude(node):
            values.update({f"live/{name}": partial(_live, node, name, own[name]) for name in own})
    padded = replace(graph, nodes=tuple(nodes))
    return Padding(graph=padded, finishes=finishes, axes=axes, among=tuple(among), _values=values)


def _switch(node: Node, passage: Passage, among: Sequence[str]) -> int | None:
    """Return the number of the node's activation where it becomes a runtime value."""
    if not passage.output.origins or not (node.class_name in _ACTIVATED or node.class_name.startswith("Conv")):
        return None
    return position_of(node.config.get("activation"), among)


def _resized(node: Node, passage: Passage, switches: bool) -> Node:
    config = {**node.config, **passage.config}
    if switches:
        config["activation"] = "linear"
    shapes = tuple((*shape[:-1], passage.output.size) if shape else shape for shape in node.output_shapes)
    shorts = short_names(node, "").items()
    weights = {
        f"{node.layer_name}/{short}": _padded_shape(node.weights[full], passage.weights.get(short.split("/")[-1]))
        for (short, _), full in zip(shorts, node.weights, strict=True)
    }
    return replace(node, config=config, output_shapes=shapes, weights=weights)


def _padded_shape(shape: tuple[int, ...], axes: WeightAxes | None) -> tuple[int, ...]:
    if axes is None:
        return shape
    return tuple(length if axis is None else axis.size for length, axis in zip(shape, axes, strict=True))


def _finish(activation: str | None, live: str | None, among: Sequence[str]) -> Finish:
    apply = None if activation is None else switched(activation, among)

    def finish(output: Any, env: Any) -> Any:
        output = output if apply is None else apply(output, env)
        return output if live is None else output * env.runtime[live]

    return finish


def _weight_axes(node: Node, key: str, passage: Passage) -> dict[str, WeightAxes]:
    found = {}
    for short, full in short_names(node, key).items():
        axes = passage.weights.get(short.split("/")[-1])
        if axes is not None and any(axis is not None and axis.origins for axis in axes):
            found[full] = axes
    return found


def _penalises_magnitude(node: Node) -> bool:
    """Whether an L1 regulariser pulls at weights or outputs: JAX has the slope of |w| as 1 at 0."""
    kinds = (value for name, value in node.config.items() if name.endswith("_regularizer"))
    return any(isinstance(kind, dict) and kind.get("class_name") in ("L1", "L1L2") for kind in kinds)


def _mask(axis: Axis) -> NDArray[np.float32]:
    return axis.mask


def _live(node: Node, key: str, axes: WeightAxes) -> NDArray[np.float32]:
    """Return 1 at the live values of a padded weight."""
    keys = short_names(node, key.split("/", maxsplit=1)[0]).values()
    shape = dict(zip(keys, node.weights.values(), strict=True))[key]
    return _embed(np.ones(shape, np.float32), axes)


def _embed(value: NDArray[Any], axes: WeightAxes) -> NDArray[Any]:
    shape = tuple(length if axis is None else axis.size for length, axis in zip(value.shape, axes, strict=True))
    filled = np.zeros(shape, value.dtype)
    filled[_index(shape, axes)] = value
    return filled


def _index(shape: tuple[int, ...], axes: WeightAxes) -> tuple[NDArray[np.int64], ...]:
    return np.ix_(*(np.arange(n) if axis is None else axis.places for n, axis in zip(shape, axes, strict=True)))
