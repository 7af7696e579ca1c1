"""Layers that learned statistics of rows by `adapt`: they learn them anew from each fold's training rows.

A layer whose statistics were given as arguments (`Normalization(mean=..., variance=...)`) keeps them.
"""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from layersmith.errors import SpaceError
from layersmith.experiments.sample import Features
from layersmith.graph import feed
from layersmith.records import Indices

__all__ = ["adapt_to", "adapted_layers"]

_GIVEN = {"Normalization": "input_mean", "Discretization": "input_bin_boundaries", "IntegerLookup": "input_vocabulary"}
_BATCH = 1024


def adapted_layers(model: Any) -> list[Any]:
    """Return the layers of a model whose statistics come from `adapt`, in order.

    Raises:
        SpaceError: If one is inside a nested model, where its input is not known.

    Example:
        >>> layers = [keras.layers.Normalization(), keras.layers.Normalization(mean=0.0, variance=1.0)]
        >>> model = keras.Sequential([keras.Input((2,)), *layers])
        >>> len(adapted_layers(model))
        1
    """
    for nested in model.layers:
        inner = [layer.name for layer in getattr(nested, "layers", ()) if _adapts(layer)]
        if inner:
            raise SpaceError(
                f"the adapted layer {inner[0]!r} is inside the nested model {nested.name!r}",
                expected="adapted layers in the model itself",
                fix="move it to the front of the model, or give it its statistics as arguments",
            )
    return [layer for layer in model.layers if _adapts(layer)]


def adapt_to(model: Any, features: Features, rows: Indices) -> None:
    """Adapt a model's layers to some rows, front to back.

    Args:
        model: A built model that is nobody else's.
        features: Features of all rows by input name.
        rows: The rows to learn from.
    """
    for layer in adapted_layers(model):
        layer.adapt(_what_reaches(layer, model, {name: values[rows] for name, values in features.items()}))


def _adapts(layer: Any) -> bool:
    given = _GIVEN.get(type(layer).__name__)
    return given is not None and getattr(layer, given) is None


def _what_reaches(layer: Any, model: Any, features: Features) -> NDArray[Any]:
    """Return the values `(rows, ...)` that a layer is called on."""
    source = layer.input
    if len(features) == 1 and source is model.inputs[0]:
        return next(iter(features.values()))
    front = keras.Model(model.inputs, source)
    return np.asarray(front.predict(feed(front, features), batch_size=_BATCH, verbose=0))
