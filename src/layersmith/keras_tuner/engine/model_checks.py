"""What a build function must return, and what of it a tuner may replace."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from layersmith.keras_tuner.errors import FatalTypeError, OversizedModelError

__all__ = ["check_model", "maybe_distribute", "num_params", "recompile"]


def check_model(model: Any, max_model_size: int | None) -> None:
    """Refuse what is no Keras model, or has too many parameters.

    Args:
        model: What a build function returned.
        max_model_size: Trainable parameters allowed; None for any number.

    Raises:
        FatalTypeError: If it is no Keras model.
        OversizedModelError: If it has too many parameters.
    """
    if not isinstance(model, keras.Model):
        raise FatalTypeError(
            f"the build function returned {model!r}, a {type(model).__name__}",
            expected="a keras.Model",
            fix="return the compiled model",
        )
    size = num_params(model)
    if max_model_size is not None and size > max_model_size:
        raise OversizedModelError(
            f"the model has {size:,} parameters",
            expected=f"at most {max_model_size:,}, as max_model_size says",
            fix="allow more, or let the build function make smaller models",
        )


def num_params(model: Any) -> int:
    """Return how many trainable parameters a model has, 0 for one that is not built."""
    return int(sum(np.prod(weight.shape) for weight in model.trainable_weights)) if model.built else 0


def recompile(model: Any, *, optimizer: Any = None, loss: Any = None, metrics: Any = None) -> None:
    """Compile a model anew with what is given, and with what it was compiled with for the rest.

    Args:
        model: A Keras model, compiled or not.
        optimizer: A name, or an optimizer, of which the model gets a copy.
        loss: A loss.
        metrics: Metrics.
    """
    if not (optimizer or loss or metrics):
        return
    kept = dict(getattr(getattr(model, "_compile_config", None), "config", {}))  # as it was given, not serialized
    if optimizer:
        named = isinstance(optimizer, str)
        kept["optimizer"] = optimizer if named else keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    given = {"loss": loss, "metrics": metrics}
    model.compile(**{**kept, **{name: value for name, value in given.items() if value}})


@contextmanager
def maybe_distribute(distribution_strategy: Any) -> Iterator[None]:
    """Enter the scope of a TensorFlow distribution strategy, if there is one.

    Args:
        distribution_strategy: A `tf.distribute.Strategy`, or None.
    """
    if distribution_strategy is None:
        yield
        return
    with distribution_strategy.scope():
        yield
