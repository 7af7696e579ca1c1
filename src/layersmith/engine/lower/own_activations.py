"""A user's function that is named like one of Keras: a configuration gives its name alone, the layer holds it."""

from collections.abc import Iterator
from typing import Any

import keras

from layersmith.engine.lower.wrapped import ROLES
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["require_own_activations"]

_FIELDS = ("activation", "recurrent_activation")


def require_own_activations(node: Node) -> None:
    """Refuse a layer, or one inside of it, with an activation function that is not Keras' own.

    Raises:
        Unsupported: If there is one.
    """
    for layer in _layers(node.operation):
        for field in _FIELDS:
            function = getattr(layer, field, None)
            if callable(function) and not isinstance(function, keras.layers.Layer) and not _is_own(function):
                name = getattr(function, "__name__", type(function).__name__)
                raise Unsupported(f"{field} of layer {node.layer_name!r}", f"{name!r} is not Keras' own")


def _is_own(function: Any) -> bool:
    return getattr(keras.activations, getattr(function, "__name__", ""), None) is function


def _layers(layer: Any) -> Iterator[Any]:
    yield layer
    for role in ROLES.get(type(layer).__name__, ()):
        yield from _layers(getattr(layer, role, None))
