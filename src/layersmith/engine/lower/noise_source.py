"""Random numbers from a counter: a hash of (seed, salt, position), cheaper inside a step than threefry.

The hash is the 32-bit finaliser of MurmurHash3 (Appleby 2011, public domain), applied twice; dropout needs independent
bits, not cryptography. `uniform` uses the upper 24 bits, which a float32 holds exactly.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

__all__ = ["normal", "uniform"]

# Odd, so that no two positions of one axis meet; apart, so that those of several hardly do. The first is 2^32 divided
# by the golden ratio; the others are the multipliers of xxHash32 (Collet 2014).
_STRIDES = tuple(np.uint32(value) for value in (0x9E3779B9, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1))


def uniform(seed: Any, salt: int, shape: tuple[int, ...]) -> Any:
    """Return float32 numbers of `shape`, uniform in [0, 1).

    Args:
        seed: Unsigned 32-bit scalar, another one each step.
        salt: Tells the layers of one step apart.
        shape: Shape of the result.
    """
    return (_bits(seed, salt, shape) >> np.uint32(8)).astype(jnp.float32) * np.float32(2.0**-24)


def normal(seed: Any, salt: int, shape: tuple[int, ...]) -> Any:
    """Return float32 numbers of `shape`, standard normal (Box and Muller 1958)."""
    radius = jnp.sqrt(np.float32(-2.0) * jnp.log1p(-uniform(seed, 2 * salt + 1, shape)))
    return radius * jnp.cos(np.float32(2.0 * np.pi) * uniform(seed, 2 * salt + 2, shape))


def _bits(seed: Any, salt: int, shape: tuple[int, ...]) -> Any:
    """Hash seed, salt and position; a position is the same one in a wider array, so that padding changes no draw."""
    position = jnp.zeros(shape, jnp.uint32)
    for axis, length in enumerate(shape):
        if length > 1:
            position = position + lax.broadcasted_iota(jnp.uint32, shape, axis) * _STRIDES[axis % len(_STRIDES)]
    start = _mix(jnp.asarray(seed, jnp.uint32) ^ np.uint32((salt * 0x85EBCA6B) & 0xFFFFFFFF))
    return _mix(_mix(position + start))


def _mix(value: Any) -> Any:
    value = (value ^ (value >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    value = (value ^ (value >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return value ^ (value >> np.uint32(16))
