"""Values into Keras variables and out of them, on any backend."""

from collections.abc import Iterable
from typing import Any

import jax
import keras
from numpy.typing import NDArray

__all__ = ["assign", "read"]


def read(variable: Any) -> NDArray[Any]:
    """Return the value of a Keras variable; on the JAX backend without a copy.

    Example:
        >>> import numpy as np
        >>> read(keras.Variable(np.zeros(2, "float32"))).tolist()
        [0.0, 0.0]
    """
    value: NDArray[Any] = keras.ops.convert_to_numpy(variable.value)
    return value


def assign(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Set Keras variables to the values of JAX or NumPy arrays, without compiling anything.

    On the JAX backend a variable then holds the very array, which nobody may donate to a program; `jax.numpy.asarray`,
    which Keras would call on a NumPy array, compiles a copy for every new shape.

    Args:
        pairs: Variables and their new values.

    Returns:
        The variables and what they were given.

    Example:
        >>> import numpy as np
        >>> variable = keras.Variable(np.zeros(2, "float32"))
        >>> _ = assign([(variable, np.ones(2, "float32"))])
        >>> variable.numpy().tolist()
        [1.0, 1.0]
    """
    variables, values = zip(*pairs, strict=True)
    on_jax = keras.backend.backend() == "jax"
    values = jax.device_put(values) if on_jax else jax.device_get(values)
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
    return list(zip(variables, values, strict=True))
