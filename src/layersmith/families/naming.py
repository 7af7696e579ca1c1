"""Names and weights across two models built by the same code.

Keras numbers auto-named layers over the whole process (`dense_417`); a model handed to a user is renamed from 1.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import keras

__all__ = ["copy_weights", "rename"]


def copy_weights(source: Sequence[Any], target: Sequence[Any]) -> None:
    """Copy weights between the layers of two models built by the same code, matched by class and order of creation.

    Args:
        source: Layers that hold the weights.
        target: Layers that receive them.
    """
    for given, taken in zip(_by_creation(source), _by_creation(target), strict=True):
        _set(taken, given.get_weights())


def _set(layer: Any, weights: list[Any]) -> None:
    layer.set_weights(weights)
    if isinstance(layer, keras.layers.Normalization):
        layer.finalize_state()  # it computes with a copy of its weights, made here


def _by_creation(layers: Sequence[Any]) -> list[Any]:
    weighted = [layer for layer in layers if isinstance(layer, keras.layers.Layer) and layer.weights]
    return sorted(weighted, key=lambda layer: (type(layer).__name__, _number(layer.name)))


def _number(name: str) -> int:
    digits = re.search(r"_(\d+)$", name)
    return int(digits.group(1)) if digits else 0


def rename(model: keras.Model) -> keras.Model:
    """Return the same Functional model with layers numbered within it: `dense`, `dense_1`, ...

    Args:
        model: A Functional model; its inputs keep their names.
    """
    config = model.get_config()
    names = _short_names(config)
    renamed = keras.Model.from_config(_replace(config, names))
    for layer in model.layers:
        if layer.weights:
            _set(renamed.get_layer(names[layer.name]), layer.get_weights())
    return renamed


def _short_names(config: dict[str, Any]) -> dict[str, str]:
    used: Counter[str] = Counter()
    names = {config["name"]: "model"}
    for entry in config["layers"]:
        name = entry["config"]["name"]
        if entry["class_name"] == "InputLayer":
            names[name] = name
            continue
        base = re.sub(r"_\d+$", "", name)
        names[name] = f"{base}_{used[base]}" if used[base] else base
        used[base] += 1
    return names


def _replace(config: Any, names: dict[str, str]) -> Any:
    """Return `config` with layer names replaced where Keras keeps them: `name` keys and tensor references."""
    if isinstance(config, dict):
        return {
            key: names.get(value, value) if key == "name" and isinstance(value, str) else _replace(value, names)
            for key, value in config.items()
        }
    if isinstance(config, (list, tuple)):
        if len(config) == 3 and isinstance(config[0], str) and all(type(part) is int for part in config[1:]):
            return [names.get(config[0], config[0]), *config[1:]]  # [layer, node, tensor]
        return type(config)(_replace(part, names) for part in config)
    return config
