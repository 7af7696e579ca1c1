"""Reads configurations of Keras objects without importing TensorFlow for it."""

import contextlib
import sys
from collections.abc import Iterator

__all__ = ["light_serialization"]


@contextlib.contextmanager
def light_serialization() -> Iterator[None]:
    """Let Keras serialize inside the block without importing TensorFlow; where it is imported, nothing changes.

    Keras asks of each object whether it is of a type of TensorFlow's (keras/src/saving/serialization_lib.py), and
    imports TensorFlow for the question where it is installed, which takes seconds. Without the import nothing is.

    Example:
        >>> import keras
        >>> with light_serialization():
        ...     config = keras.layers.Dense(3).get_config()
        >>> config["units"]
        3
    """
    from keras.src.utils.module_utils import tensorflow

    if tensorflow._available is not None or "tensorflow" in sys.modules:
        yield
        return
    tensorflow._available = False
    try:
        yield
    finally:
        tensorflow._available = None
