"""Leaves a model as it was, whatever happens to it inside a block."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from layersmith.engine.variables import assign, read

__all__ = ["preserved"]

_SET_BY_FIT = ("history", "optimizer", "stop_training", "train_function")


@contextlib.contextmanager
def preserved(model: Any) -> Iterator[None]:
    """Give a model its weights, seeds, metrics and optimizer back at the end of the block, bit by bit.

    The optimizer comes back as the object it was: who trains inside the block puts another one in its place.

    Args:
        model: A compiled and built Keras model.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> with preserved(model):
        ...     model.set_weights([np.ones((1, 1)), np.ones(1)])
        >>> model.get_weights()[1].tolist()
        [0.0]
    """
    variables = [*model.variables, *model.metrics_variables]
    values = [np.array(read(variable)) for variable in variables]  # copies: `fit` donates arrays to its programs
    attributes = {name: vars(model)[name] for name in _SET_BY_FIT if name in vars(model)}
    try:
        yield
    finally:
        assign(zip(variables, values, strict=True))
        for name in _SET_BY_FIT:
            if name in attributes:
                setattr(model, name, attributes[name])
            elif name in vars(model):
                delattr(model, name)
