"""What keeps a batch a batch.

A compiled step may hold rows that do not exist, so an operation may neither mix rows nor move the batch axis. Whether
it does is seen from the shapes and axes in its configuration.
"""

from collections.abc import Sequence
from typing import Any

from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["require_inner_axes", "require_rows", "unsupported"]


def unsupported(node: Node, why: str) -> Unsupported:
    """Return the refusal of an operation."""
    return Unsupported(f"operation {node.layer_name!r} ({node.class_name})", why)


def require_rows(node: Node) -> None:
    """Refuse a node whose outputs have no batch axis in front, and one called by keyword.

    Raises:
        Unsupported: If so.
    """
    if node.kwargs:
        raise unsupported(node, f"keyword arguments {', '.join(sorted(node.kwargs))}")
    if any(not shape or shape[0] is not None for shape in node.output_shapes):
        raise unsupported(node, "its result has no batch axis in front")


def require_inner_axes(node: Node, axes: Any, rank: int) -> tuple[int, ...]:
    """Return axes counted from 0.

    Args:
        node: The operation.
        axes: One axis, several, or None for all.
        rank: Number of axes of the tensor they belong to.

    Raises:
        Unsupported: If the batch axis is among them.
    """
    listed: Sequence[Any] = axes if isinstance(axes, (list, tuple)) else (axes,)
    if axes is None or any(int(axis) % max(rank, 1) == 0 for axis in listed):
        raise unsupported(node, f"axis={axes!r} spans the batch")
    return tuple(int(axis) % rank for axis in listed)
