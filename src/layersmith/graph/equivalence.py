"""How far apart the outputs of two models are, on the same rows."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.errors import GraphError
from layersmith.graph.model_graph import Graph
from layersmith.graph.node import Node, Shape
from layersmith.graph.traverse import descendants
from layersmith.graph.view import view

__all__ = ["difference", "equivalent", "random_inputs"]

_ROWS = 8
_FREE_AXIS = 16
_CODES = 10


def difference(model_a: Any, model_b: Any, x: Any = None, seed: int = 0) -> float:
    """Return the largest difference between two models' outputs, relative to the largest output.

    With outputs `a` and `b` it is `max |a - b| / max(|a|, |b|)`, the maxima over all entries of one output tensor,
    and the worst of the output tensors. NaN equals NaN; NaN against a number is infinitely far, as are other shapes.

    Args:
        model_a: A `keras.Model`.
        model_b: Another, with the same inputs.
        x: Rows to compare on, in the structure of the inputs; random rows where None.
        seed: Seed of the random rows.

    Raises:
        GraphError: If rows must be drawn for a model that cannot be viewed, or for a string input.
    """
    from keras import tree

    rows = random_inputs(view(model_a), seed) if x is None else x
    outputs_a, outputs_b = (
        [_numpy(output) for output in tree.flatten(model(rows, training=False))] for model in (model_a, model_b)
    )
    if [a.shape for a in outputs_a] != [b.shape for b in outputs_b]:
        return math.inf
    return max(map(_relative, outputs_a, outputs_b), default=0.0)


def equivalent(model_a: Any, model_b: Any, x: Any = None, *, seed: int = 0, tolerance: float = 1e-5) -> bool:
    """Whether two models give the same outputs: `difference` is at most `tolerance`."""
    return difference(model_a, model_b, x, seed) <= tolerance


def random_inputs(graph: Graph, seed: int = 0) -> Any:
    """Draw rows for the inputs of a graph, in their structure.

    Floats are standard normal; `uint8` fills 0 to 255; other integers are codes that every embedding they may reach
    knows. An axis of unknown length gets 16 entries, the batch 8.

    Raises:
        GraphError: If an input holds strings.
    """
    from keras import tree

    generator = np.random.default_rng(seed)
    return tree.map_structure(
        lambda reference: _draw(graph, graph.node(reference.node), generator),
        graph.inputs,
    )


def _draw(graph: Graph, node: Node, generator: np.random.Generator) -> NDArray[Any]:
    dtype, shape = node.output_dtypes[0], _lengths(node.output_shape)
    if dtype == "string":
        raise GraphError(
            f"input {node.name!r} holds strings", expected="numeric inputs", fix="pass rows to compare on as x"
        )
    if dtype == "bool":
        return generator.random(shape) < 0.5
    if dtype == "uint8":
        return generator.integers(0, 256, shape).astype(dtype)
    if dtype.startswith(("int", "uint")):
        return generator.integers(0, _num_codes(graph, node), shape).astype(dtype)
    return generator.standard_normal(shape).astype("float32" if dtype == "bfloat16" else dtype)


def _lengths(shape: Shape) -> tuple[int, ...]:
    batch, *rest = shape
    return (batch or _ROWS, *(length or _FREE_AXIS for length in rest))


def _num_codes(graph: Graph, node: Node) -> int:
    sizes = [reader.config["input_dim"] for reader in descendants(graph, node.name) if reader.class_name == "Embedding"]
    return min(sizes, default=_CODES)


def _numpy(tensor: Any) -> NDArray[Any]:
    import keras

    return np.asarray(keras.ops.convert_to_numpy(tensor)).astype(np.float64)


def _relative(a: NDArray[Any], b: NDArray[Any]) -> float:
    known = ~(np.isnan(a) & np.isnan(b)) & (a != b)
    if not known.any():
        return 0.0
    gap = np.abs(a[known] - b[known])
    if not np.isfinite(gap).all():
        return math.inf
    return float(gap.max() / max(_largest(a), _largest(b)))


def _largest(values: NDArray[Any]) -> float:
    return float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
