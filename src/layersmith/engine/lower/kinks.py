"""Functions with a kink at zero, and the slope that the backend of Keras gives them there.

Zeros are common where it counts: biases begin there, and empty pixels and padding put whole rows there.

                JAX    TensorFlow    PyTorch
    |x|         1      0             0
    leaky_relu  1      slope         slope
    selu        1.758  1.051         1.758
"""

from typing import Any

import jax
import jax.numpy as jnp
import keras
from jax import lax

__all__ = ["leaky_relu", "magnitude", "selu"]

_ALPHA, _SCALE = 1.6732632423543772, 1.0507009873554805  # Klambauer et al. 2017, arXiv 1706.02515


def magnitude(x: Any) -> Any:
    """Return `|x|`."""
    return jnp.abs(x) if _backend() == "jax" else x * lax.stop_gradient(jnp.sign(x))


def leaky_relu(x: Any, negative_slope: float) -> Any:
    """Return `x` above zero and `negative_slope * x` below."""
    if _backend() == "jax":
        return jax.nn.leaky_relu(x, negative_slope=negative_slope)
    return jnp.where(x > 0.0, x, negative_slope * x)


def selu(x: Any) -> Any:
    """Return SELU."""
    if _backend() != "tensorflow":
        return jax.nn.selu(x)
    return _SCALE * jnp.where(x < 0.0, _ALPHA * jnp.expm1(jnp.minimum(x, 0.0)), x)


def _backend() -> str:
    return str(keras.backend.backend())
