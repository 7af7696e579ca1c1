"""What a model costs: parameters, multiply-accumulates, and the bytes of weights and activations.

    model_bytes         every weight in its dtype
    activation_bytes    the peak of a prediction: a walk over the nodes, each tensor alive until it is last read
    training_bytes      every tensor, and what layers keep inside for a backward pass

all for one row, without the optimizer's state and without gradients.
"""

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from layersmith.cost.buffers import buffers, dtype_bytes, peak_bytes
from layersmith.cost.call import read_call
from layersmith.cost.table import find_work
from layersmith.cost.work import Work
from layersmith.errors import GraphError
from layersmith.graph import Graph, Node, references, view
from layersmith.records import Cost

__all__ = ["cost_of", "graph_work", "model_cost", "node_works"]


def cost_of(graph: Graph) -> Cost:
    """Return what a model costs for one row.

    Shared layers count their weights once and their work at each call. Where something is unknown (a layer without a
    row in the table, an axis without a length, which counts as 1), the figures of work and activations are lower
    bounds, and `Cost.unknown` says why.

    Args:
        graph: What `layersmith.graph.view` gave.

    Raises:
        GraphError: If a tensor holds strings.

    Example:
        >>> import keras
        >>> from layersmith.graph import view
        >>> model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(1)])
        >>> cost = cost_of(view(model))
        >>> cost.params, cost.macs, cost.activation_bytes
        (161, 144, 96)
    """
    works = node_works(graph)
    weights = _variables(graph, "weights")
    return Cost(
        params=sum(map(_num_values, weights)),
        trainable_params=sum(map(_num_values, _variables(graph, "trainable_weights"))),
        macs=sum(work.macs for work in works.values() if work),
        model_bytes=int(sum(_num_values(weight) * dtype_bytes(str(weight.dtype)) for weight in weights)),
        activation_bytes=peak_bytes(graph, _inside(graph, works)),
        training_bytes=_training_bytes(graph, works),
        unknown=tuple(_unknown(graph, works)),
    )


def model_cost(model: Any) -> Cost:
    """Return what a model costs for one row, of one whose calls are Python code its weights only.

    Args:
        model: A Keras model. One that is not built has no weights yet.

    Example:
        >>> import keras
        >>> model_cost(keras.Sequential([keras.Input((8,)), keras.layers.Dense(16)])).macs
        128
    """
    try:
        return cost_of(view(model))
    except GraphError as error:
        return Cost(
            params=sum(map(_num_values, model.weights)),
            trainable_params=sum(map(_num_values, model.trainable_weights)),
            macs=0,
            model_bytes=int(sum(_num_values(weight) * dtype_bytes(str(weight.dtype)) for weight in model.weights)),
            activation_bytes=0,
            training_bytes=0,
            unknown=(error.got,),
        )


def node_works(graph: Graph) -> Mapping[str, Work | None]:
    """Return the work of each node by its name; None where the table has no row for it."""
    return {node.name: find_work(read_call(graph, node)) for node in graph.nodes}


def graph_work(graph: Graph) -> Work | None:
    """Return the work of a whole graph as if it were one layer, or None where a part is unknown."""
    works = node_works(graph)
    if any(work is None for work in works.values()):
        return None
    output = next(references(graph.outputs))
    width = dtype_bytes(graph.node(output.node).output_dtypes[output.index])  # values are counted in this dtype
    return Work(
        macs=sum(work.macs for work in works.values() if work),
        inside=int(peak_bytes(graph, _inside(graph, works)) / width),
        stored=int(_training_bytes(graph, works) / width),
    )


def _variables(graph: Graph, kind: str) -> list[Any]:
    """Return the weights of a kind, each once, also where layers share a variable."""
    layers = (node.operation for node in graph.layers.values())
    return list({id(weight): weight for layer in layers for weight in getattr(layer, kind, ())}.values())


def _num_values(weight: Any) -> int:
    return prod(weight.shape)


def _inside(graph: Graph, works: Mapping[str, Work | None]) -> dict[str, int]:
    return {node.name: _bytes(node, work.inside) for node in graph.nodes if (work := works[node.name])}


def _training_bytes(graph: Graph, works: Mapping[str, Work | None]) -> int:
    stored = sum(_bytes(node, work.stored) for node in graph.nodes if (work := works[node.name]))
    return stored + sum(buffer.num_bytes for buffer in buffers(graph, training=True))


def _bytes(node: Node, values: int) -> int:
    """Return the bytes of values inside a node, which are in the dtype of its output."""
    return int(values * dtype_bytes(node.output_dtypes[0])) if values else 0


def _unknown(graph: Graph, works: Mapping[str, Work | None]) -> Iterator[str]:
    for node in graph.nodes:
        if works[node.name] is None:
            yield f"the work of {node.class_name} {node.name!r}"
        if node.is_input:
            yield from (f"the length of axis {axis} of input {node.name!r}" for axis in _free_axes(node))
        if _moves_rows(graph, node):
            yield f"the number of rows after {node.class_name} {node.name!r}"


def _moves_rows(graph: Graph, node: Node) -> bool:
    """Whether a reshape makes more or fewer rows of a row."""
    if node.class_name not in ("Ravel", "Reshape") or not node.inputs:
        return False
    call = read_call(graph, node)
    return prod(call.inputs[0]) != prod(call.outputs[0])


def _free_axes(node: Node) -> list[int]:
    return [axis for axis, length in enumerate(node.output_shape) if axis and length is None]
