"""Every activation function of Keras (keras/src/activations/activations.py), by name."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp

from layersmith.engine.lower.kinks import leaky_relu, selu
from layersmith.engine.unsupported import Unsupported

__all__ = ["ACTIVATIONS", "Activation", "find_activation", "name_of"]

Activation: TypeAlias = Callable[[Any], Any]


def _hard_shrink(x: Any) -> Any:
    return jnp.where(jnp.abs(x) > 0.5, x, jnp.zeros_like(x))


def _soft_shrink(x: Any) -> Any:
    return jnp.where(x > 0.5, x - 0.5, jnp.where(x < -0.5, x + 0.5, jnp.zeros_like(x)))


def _softmax(x: Any) -> Any:
    return jax.nn.softmax(x, axis=-1)


def _sparsemax(x: Any) -> Any:
    """Project onto the simplex as Keras does (Martins and Astudillo 2016, arXiv 1602.02068).

    The threshold is Keras': it sums the cumulative sums of the support, where the paper takes the last one
    (keras/src/backend/jax/nn.py).
    """
    falling = -jnp.sort(-x, axis=-1)
    sums = jnp.cumsum(falling, axis=-1)
    ranks = jnp.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    support = falling - (sums - 1.0) / ranks > 0.0
    total = jnp.sum(jnp.where(support, sums, jnp.zeros_like(sums)), axis=-1, keepdims=True)
    return jnp.maximum(x - (total - 1.0) / jnp.sum(support.astype(x.dtype), axis=-1, keepdims=True), 0.0)


ACTIVATIONS: Mapping[str, Activation] = {
    "celu": jax.nn.celu,
    "elu": jax.nn.elu,
    "exponential": jnp.exp,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "hard_shrink": _hard_shrink,
    "hard_sigmoid": jax.nn.hard_sigmoid,
    "hard_silu": jax.nn.hard_silu,
    "hard_swish": jax.nn.hard_silu,
    "hard_tanh": jax.nn.hard_tanh,
    "leaky_relu": lambda x: leaky_relu(x, 0.2),
    "linear": lambda x: x,
    "log_sigmoid": jax.nn.log_sigmoid,
    "log_softmax": lambda x: jax.nn.log_softmax(x, axis=-1),
    "mish": jax.nn.mish,
    "relu": jax.nn.relu,
    "relu6": jax.nn.relu6,
    "selu": selu,
    "sigmoid": jax.nn.sigmoid,
    "silu": jax.nn.silu,
    "soft_shrink": _soft_shrink,
    "softmax": _softmax,
    "softplus": jax.nn.softplus,
    "softsign": jax.nn.soft_sign,
    "sparse_plus": jax.nn.sparse_plus,
    "sparse_sigmoid": jax.nn.sparse_sigmoid,
    "sparsemax": _sparsemax,
    "squareplus": jax.nn.squareplus,
    "swish": jax.nn.silu,
    "tanh": jnp.tanh,
    "tanh_shrink": lambda x: x - jnp.tanh(x),
}


def name_of(config: Any) -> str:
    """Return the name of a serialized activation: None, a name, or a config dictionary; empty where it has none."""
    if isinstance(config, dict):
        config = config.get("config") if config.get("class_name") == "function" else config.get("class_name", "")
    if config is None:
        return "linear"
    return config if isinstance(config, str) else ""


def find_activation(config: Any) -> Activation:
    """Return the function of a serialized activation: None, a name, or a config dictionary.

    Raises:
        Unsupported: If it is not one of Keras' own.
    """
    name = name_of(config)
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]
    raise Unsupported(f"activation {name or config!r}")
