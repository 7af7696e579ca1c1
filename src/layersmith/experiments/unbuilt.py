"""Models that know their inputs only once they have seen rows."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from layersmith.errors import SpaceError
from layersmith.families.initial import drawn_by_numpy
from layersmith.graph import feed

__all__ = ["build_by_call"]


def build_by_call(model: Any, x: Mapping[str, NDArray[Any]]) -> None:
    """Give a model its weights by calling it on the first row, where it has none yet.

    Args:
        model: A Keras model.
        x: Features `(rows, ...)` by input name.

    Raises:
        SpaceError: If it cannot be called on such a row.

    Example:
        >>> import keras, numpy as np
        >>> model = keras.Sequential([keras.layers.Dense(3)])
        >>> build_by_call(model, {"x": np.ones((4, 2), "float32")})
        >>> model.count_params()
        9
    """
    if model.built:
        return
    row = {name: values[:1] for name, values in x.items()}
    try:
        with drawn_by_numpy():
            model(feed(model, row))
    except (TypeError, ValueError) as error:
        shown = ", ".join(f"{name} {values.shape[1:]}" for name, values in row.items())
        raise SpaceError(
            f"the model {model.name!r} cannot be called on a row of {shown}: {error}",
            expected="a model of such rows",
            fix="give it inputs of these names and shapes" + (", or make them one array first" if len(row) > 1 else ""),
        ) from error
