"""The memory of tensors while a graph is computed node by node: one buffer per tensor, from its birth to its last use.

A view shares the buffer of what it reads. Nothing else is assumed of an implementation: no operation is fused with the
next, or written over its input.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import prod

from layersmith.cost.call import size_of
from layersmith.errors import GraphError
from layersmith.graph import Graph, Node, Reference, references

__all__ = ["Buffer", "buffers", "dtype_bytes", "peak_bytes"]

_VIEWS = frozenset(
    {"ActivityRegularization", "ExpandDims", "Flatten", "Identity", "Ravel", "Reshape", "Squeeze", "StopGradient"}
)
_PASSED_THROUGH = frozenset({
    *("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"),
    *("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
    *("RandomBrightness", "RandomContrast", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Buffer:
    """The memory of one tensor and its views, for one row.

    Attributes:
        num_bytes: How large it is.
        born: Place among the graph's nodes of the one that writes it.
        last: Place of the last one that reads it; the number of nodes for an output of the model.
    """

    num_bytes: int
    born: int
    last: int


def buffers(graph: Graph, *, training: bool) -> tuple[Buffer, ...]:
    """Return the buffers of one row.

    Args:
        graph: What is computed.
        training: Whether layers that act only while training need a buffer of their own.

    Raises:
        GraphError: If a tensor has no bytes, as strings have not.
    """
    views = _VIEWS if training else _VIEWS | _PASSED_THROUGH
    owners: dict[Reference, Reference] = {}
    born: dict[Reference, int] = {}
    last: dict[Reference, int] = {}
    for place, node in enumerate(graph.nodes):
        last.update((owners[read], place) for read in node.inputs)
        for index in range(len(node.output_shapes)):
            own = Reference(node.name, index)
            owners[own] = owners[node.inputs[0]] if _is_view(graph, node, views) else own
            born.setdefault(owners[own], place)
    last.update((owners[output], len(graph.nodes)) for output in references(graph.outputs))
    return tuple(
        Buffer(num_bytes=_num_bytes(graph, tensor), born=place, last=last.get(tensor, place))
        for tensor, place in born.items()
    )


def peak_bytes(graph: Graph, inside: Mapping[str, int]) -> int:
    """Return the most bytes that exist at once while one row is predicted.

    Args:
        graph: What is computed, in the order of its nodes.
        inside: Node name to the bytes that exist inside it while it is computed.
    """
    changes = [0] * (len(graph.nodes) + 2)
    for buffer in buffers(graph, training=False):
        changes[buffer.born] += buffer.num_bytes
        changes[buffer.last + 1] -= buffer.num_bytes
    alive = accumulate(changes)
    return max(
        (total + inside.get(node.name, 0) for node, total in zip(graph.nodes, alive, strict=False)),
        default=0,
    )


def dtype_bytes(dtype: str) -> float:
    """Return the bytes of one value.

    Raises:
        GraphError: If values of this dtype have no size of their own.

    Example:
        >>> [dtype_bytes(name) for name in ("float32", "bfloat16", "bool", "float8_e4m3fn", "int4")]
        [4.0, 2.0, 1.0, 1.0, 0.5]
    """
    if dtype == "bool":
        return 1.0
    bits = re.match(r"[a-z]+(\d+)", dtype)
    if bits is None:
        raise GraphError(
            f"a tensor of dtype {dtype!r}",
            expected="numbers, whose bytes can be counted",
            fix="turn them into codes before the model, and begin it with keras.Input(..., dtype='int32')",
        )
    return int(bits[1]) / 8


def _num_bytes(graph: Graph, tensor: Reference) -> int:
    node = graph.node(tensor.node)
    return int(prod(size_of(node.output_shapes[tensor.index])) * dtype_bytes(node.output_dtypes[tensor.index]))


def _is_view(graph: Graph, node: Node, views: frozenset[str]) -> bool:
    if node.class_name not in views or not node.inputs or not node.module.startswith("keras."):
        return False
    read = node.inputs[0]
    return graph.node(read.node).output_dtypes[read.index] == node.output_dtypes[0]
