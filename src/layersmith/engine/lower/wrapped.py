"""The layers inside a layer, by the role they have in it, each as a node of its own.

Keras numbers wrapped layers (`forward_lstm_7`), so that their names tell two equal models apart; roles do not.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["ROLES", "inner_node", "parts", "within"]

ROLES: Mapping[str, Mapping[str, str]] = {  # class -> role, which is the layer's attribute -> field of its config
    "Bidirectional": {"forward_layer": "layer", "backward_layer": "backward_layer"},
    "RNN": {"cell": "cell"},
    "TimeDistributed": {"layer": "layer"},
}


def inner_node(node: Node, role: str, **overrides: Any) -> Node:
    """Return a wrapped layer as a node with the wrapper's name.

    Args:
        node: The wrapper.
        role: Which of its layers, as in `ROLES`.
        overrides: Fields of the wrapped layer's configuration that the wrapper sets.

    Raises:
        Unsupported: If it is not serialized, or has a dtype of its own.
    """
    config: Any = node.config.get(ROLES[node.class_name][role])
    what = f"layer {node.layer_name!r} ({node.class_name})"
    if not _is_serialized(config):
        raise Unsupported(what, f"a {role} that is not serialized")
    if _dtype(config["config"]) not in (None, _dtype(node.config)):
        raise Unsupported(what, f"the wrapped {config['class_name']} has another dtype")
    return _as_node(node, config, overrides)


def parts(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield a layer and all layers inside of it, each with what stands before its names: `"forward_layer/"`."""
    yield "", node
    roles = ROLES.get(node.class_name, {}) if node.module == "keras.layers" else {}
    for role, field in roles.items():
        if _is_serialized(node.config.get(field)):
            for prefix, part in parts(_as_node(node, node.config[field], {})):
                yield f"{role}/{prefix}", part


def within(weights: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return the weights of a wrapped layer, by their names in that layer.

    Example:
        >>> within({"forward_layer/gru_cell/kernel": 1, "backward_layer/gru_cell/kernel": 2}, "backward_layer/")
        {'gru_cell/kernel': 2}
    """
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}


def _is_serialized(config: Any) -> bool:
    return isinstance(config, dict) and "class_name" in config


def _as_node(node: Node, config: Mapping[str, Any], overrides: Mapping[str, Any]) -> Node:
    return Node(
        name=node.name,
        layer_name=node.layer_name,
        class_name=config["class_name"],
        module=config.get("module") or "",
        registered_name=config.get("registered_name") or config["class_name"],
        config={**config["config"], **overrides},
        operation=None,
    )


def _dtype(config: Mapping[str, Any]) -> Any:
    policy = config.get("dtype")
    return policy["config"].get("name") if isinstance(policy, dict) else policy
