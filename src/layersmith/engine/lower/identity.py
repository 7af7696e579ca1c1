"""When two layers without a lowering are the same code: the signature of what only tracing knows.

Equal class objects and equal configurations compute the same, if the configuration says all: it can be written as JSON
and has an entry for every parameter of `__init__`. Any other layer, and every `Lambda` (its function may read names
from around it), equals itself alone.
"""

import inspect
import json
from collections.abc import Mapping
from typing import Any

from layersmith.graph import Node

__all__ = ["identity_of"]

_PLAIN = (bool, int, float, str, type(None))


def identity_of(node: Node) -> str:
    """Return text that is equal for layers that one program may serve.

    Args:
        node: A call of the layer.
    """
    layer = node.operation
    kind = type(layer)
    content = None if kind.__name__ == "Lambda" else _content(node)
    own = f"instance {id(layer)}" if content is None else content
    return f"{kind.__module__}.{kind.__qualname__} {id(kind)} {own}"


def _content(node: Node) -> str | None:
    """Return all that makes an instance of its class, or None where that is not certain."""
    config = _anonymous({"class_name": node.class_name, "config": dict(node.config)})
    parameters = list(inspect.signature(type(node.operation).__init__).parameters.values())[1:]
    named = [each.name for each in parameters if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    if any(name not in node.config for name in named if name != "name"):
        return None
    try:
        return json.dumps([config, _attributes(node.operation)], sort_keys=True)
    except TypeError:  # something in it has no form in JSON
        return None


def _anonymous(value: Any) -> Any:
    """Drop the names of layers, which Keras numbers."""
    if isinstance(value, Mapping):
        config = value.get("config")
        if "class_name" in value and isinstance(config, Mapping):
            value = {**value, "config": {key: entry for key, entry in config.items() if key != "name"}}
        return {key: _anonymous(entry) for key, entry in value.items() if key != "build_config"}
    return [_anonymous(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def _attributes(layer: Any) -> dict[str, Any]:
    """Return the numbers and words that a user's class keeps on itself: they may have changed since `__init__`."""
    import keras

    known = set(vars(keras.layers.Layer())) | {"_seed_generators"}
    return {name: value for name, value in vars(layer).items() if name not in known and isinstance(value, _PLAIN)}
