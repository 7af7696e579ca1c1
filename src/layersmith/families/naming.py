"""Names and weights across two models built by the same code.

Keras numbers auto-named layers over the whole process (`dense_417`); a model handed to a user is renamed from 1.
"""

import itertools
import re
from collections.abc import Sequence
from typing import Any

import keras

from layersmith.errors import GraphError

__all__ = ["copy_weights", "rename"]


def copy_weights(source: Sequence[Any], target: Sequence[Any]) -> None:
    """Copy weights between the layers of two models built by the same code, matched by class and order of creation.

    Args:
        source: Layers that hold the weights.
        target: Layers that receive them.

    Raises:
        GraphError: If the layers do not pair up by class and weight shapes; nothing is copied then.
    """
    given, taken = _by_creation(source), _by_creation(target)
    if (held := list(map(_describe, given))) != (wanted := list(map(_describe, taken))):
        raise GraphError(
            f"weights of the layers {', '.join(held) or 'none'}",
            expected=f"weights of the layers {', '.join(wanted) or 'none'}",
            fix="build both models by the same code, from the same values",
        )
    for one, other in zip(given, taken, strict=True):
        _copy(one, other)


def _describe(layer: Any) -> str:
    return f"{type(layer).__name__}{[tuple(weight.shape) for weight in layer.weights]}"


def _copy(source: Any, target: Any) -> None:
    target.set_weights([keras.ops.convert_to_numpy(weight) for weight in source.weights])
    if isinstance(target, keras.layers.Normalization):
        target.finalize_state()  # it computes with a copy of its weights, made here


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

    Example:
        >>> entry = keras.Input((2,), name="numbers")
        >>> model = keras.Model(entry, keras.layers.Dense(1, name="dense_417")(entry))
        >>> [layer.name for layer in rename(model).layers]
        ['numbers', 'dense']
    """
    config = model.get_config()
    names = _short_names(config)
    renamed = keras.Model.from_config(_replace(config, names))
    for layer in model.layers:
        if layer.weights:
            _copy(layer, renamed.get_layer(names[layer.name]))
    return renamed


def _short_names(config: dict[str, Any]) -> dict[str, str]:
    entries = {entry["config"]["name"]: entry["class_name"] for entry in config["layers"]}
    inputs = [name for name, kind in entries.items() if kind == "InputLayer"]
    names = {config["name"]: "model", **dict(zip(inputs, inputs, strict=True))}
    taken = set(inputs)
    for name in [name for name in entries if name not in taken]:
        names[name] = _free(re.sub(r"_\d+$", "", name), taken)
        taken.add(names[name])
    return names


def _free(base: str, taken: set[str]) -> str:
    """Return the first of `base`, `base_1`, `base_2`, ... that is not taken."""
    if base not in taken:
        return base
    return next(name for number in itertools.count(1) if (name := f"{base}_{number}") not in taken)


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
