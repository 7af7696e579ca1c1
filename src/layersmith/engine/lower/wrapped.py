"""The layer inside a wrapper, as a node of its own."""

from collections.abc import Mapping
from typing import Any

from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["groups", "inner_node"]


def inner_node(node: Node, config: Any, **overrides: Any) -> Node:
    """Return the wrapped layer as a node with the wrapper's name.

    Args:
        node: The wrapper.
        config: Serialized form of the wrapped layer.
        overrides: Fields of its configuration that the wrapper sets.

    Raises:
        Unsupported: If it has what only a layer of the graph can have: penalties, constraints, a dtype or a trainable
            flag of its own.
    """
    if not isinstance(config, dict) or "class_name" not in config:
        raise _unsupported(node, "a wrapped layer that is not serialized")
    own = {**config["config"], **overrides}
    for name, value in own.items():
        if name.endswith(("_regularizer", "_constraint")) and value is not None:
            raise _unsupported(node, f"{name} of the wrapped {config['class_name']}")
    if _dtype(own) not in (None, _dtype(node.config)):
        raise _unsupported(node, f"the wrapped {config['class_name']} has another dtype")
    if not own.get("trainable", True) and node.config.get("trainable", True):
        raise _unsupported(node, f"the wrapped {config['class_name']} is frozen by itself")
    return Node(
        name=node.name,
        layer_name=node.layer_name,
        class_name=config["class_name"],
        module=config.get("module") or "",
        registered_name=config.get("registered_name") or config["class_name"],
        config=own,
        operation=None,
    )


def groups(weights: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the weights of each wrapped layer, in order, without the layer's name before them.

    Example:
        >>> groups({"forward_gru/gru_cell/kernel": 1, "backward_gru/gru_cell/kernel": 2})
        [{'gru_cell/kernel': 1}, {'gru_cell/kernel': 2}]
    """
    found: dict[str, dict[str, Any]] = {}
    for name, value in weights.items():
        layer, _, rest = name.partition("/")
        found.setdefault(layer, {})[rest] = value
    return list(found.values())


def _dtype(config: Mapping[str, Any]) -> Any:
    policy = config.get("dtype")
    return policy["config"].get("name") if isinstance(policy, dict) else policy


def _unsupported(node: Node, why: str) -> Unsupported:
    return Unsupported(f"layer {node.layer_name!r} ({node.class_name})", why)
