"""One call of a layer or operation as sizes: what the tables of this package read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from layersmith.graph import Graph, Node, Reference, Shape

__all__ = ["Call", "Size", "read_call", "size_of"]

Size: TypeAlias = tuple[int, ...]
"""A shape of one row: 1 for the batch axis, and 1 for an axis of unknown length."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call.

    Attributes:
        class_name: `Dense`, `Matmul`.
        config: What `get_config()` gives.
        operation: The layer or operation itself.
        inputs: Sizes of the tensors and constants it is called with, positional ones first; masks are left out.
        keywords: Its keyword arguments: sizes for tensors, values for the rest.
        outputs: Sizes of its flattened outputs.
    """

    class_name: str
    config: Mapping[str, Any]
    operation: Any = field(repr=False, compare=False)
    inputs: tuple[Size, ...]
    outputs: tuple[Size, ...]
    keywords: Mapping[str, Any] = field(default_factory=dict)

    def argument(self, name: str, place: int) -> Size:
        """Return the size of a tensor that is given by name or by place."""
        named = self.keywords.get(name)
        return named if named is not None else self.inputs[place]


def size_of(shape: Shape) -> Size:
    """Return the size of one row of a tensor.

    Example:
        >>> size_of((None, 28, 28, 3)), size_of((None, None, 8))
        ((1, 28, 28, 3), (1, 1, 8))
    """
    return tuple(length or 1 if axis else 1 for axis, length in enumerate(shape))


def read_call(graph: Graph, node: Node) -> Call:
    """Return a node of a graph as sizes."""

    def sized(value: Any) -> Any:
        if isinstance(value, Reference):
            return size_of(graph.node(value.node).output_shapes[value.index])
        return value.shape if isinstance(value, np.ndarray) else value

    keywords = {name: value for name, value in node.kwargs.items() if "mask" not in name}
    return Call(
        class_name=node.class_name,
        config=node.config,
        operation=node.operation,
        inputs=tuple(sized(leaf) for leaf in _tensors((node.args, keywords))),
        outputs=tuple(map(size_of, node.output_shapes)),
        keywords={name: sized(value) for name, value in keywords.items()},
    )


def _tensors(structure: Any) -> Iterator[Any]:
    """Yield the references and arrays of a nested structure, in order."""
    if isinstance(structure, Reference | np.ndarray):
        yield structure
    elif isinstance(structure, Mapping):
        yield from _tensors(tuple(structure.values()))
    elif isinstance(structure, list | tuple):
        for value in structure:
            yield from _tensors(value)
