"""Layers that are known and have no compiled form, each with its reason."""

from layersmith.engine.lower.lowering import Forward, Lowering, Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["refused"]


def refused(why: str) -> Lowering:
    """Return a lowering that refuses every node.

    Args:
        why: The reason, as it stands in the log.
    """

    def refuse(node: Node, place: Place) -> Forward:
        del place
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", why)

    return refuse
