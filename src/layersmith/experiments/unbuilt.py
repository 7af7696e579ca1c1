"""Models that know their inputs only once they have seen rows."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from layersmith.families.initial import drawn_by_numpy
from layersmith.graph import feed

__all__ = ["build_by_call"]


def build_by_call(model: Any, x: Mapping[str, NDArray[Any]]) -> None:
    """Give a model its weights by calling it on the first row, where it has none yet.

    Args:
        model: A Keras model.
        x: Features `(rows, ...)` by input name.

    Example:
        >>> import keras, numpy as np
        >>> model = keras.Sequential([keras.layers.Dense(3)])
        >>> build_by_call(model, {"x": np.ones((4, 2), "float32")})
        >>> model.count_params()
        9
    """
    if not model.built:
        with drawn_by_numpy():
            model(feed(model, {name: values[:1] for name, values in x.items()}))
