"""Arrays by name to what a model takes."""

from collections.abc import Mapping
from typing import Any

__all__ = ["feed"]


def feed(model: Any, arrays: Mapping[str, Any]) -> Any:
    """Return arrays as a model takes them: the only one fits an input of any name, several go by theirs.

    Args:
        model: A Keras model.
        arrays: Rows by input name.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((2,), name="numbers"), keras.layers.Dense(1)])
        >>> feed(model, {"numeric": [[1.0, 2.0]]})
        [[1.0, 2.0]]
    """
    structure = getattr(model, "_inputs_struct", None)
    if len(arrays) > 1 or (isinstance(structure, Mapping) and len(structure) > 1):
        return dict(arrays)
    [array] = arrays.values()
    return dict.fromkeys(structure, array) if isinstance(structure, Mapping) else array
