"""A call by keyword alone, as the call it is: `layer(inputs=x)` is `layer(x)`."""

import inspect
from dataclasses import replace

from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["positional"]


def positional(node: Node) -> Node:
    """Return a node with its first argument in the first place.

    Raises:
        Unsupported: If the call lacks the first argument.
    """
    if node.args or node.is_input:
        return node
    first = next(iter(inspect.signature(node.operation.call).parameters), "")
    if first not in node.kwargs:
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", "a call without its first argument")
    rest = {name: value for name, value in node.kwargs.items() if name != first}
    return replace(node, args=(node.kwargs[first],), kwargs=rest)
