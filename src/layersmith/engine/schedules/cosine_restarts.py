"""CosineDecayRestarts: half a cosine again and again, each longer by `t_mul` and lower by `m_mul` than the one before.

Loshchilov & Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", arXiv:1608.03983.
"""

import math
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.schedules.schedule import Numbers, Reading, floats, progress

__all__ = ["even_restarts", "growing_restarts", "read_cosine_restarts"]


def even_restarts(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate of restarts that are all `first_decay_steps` long.

    Source: `CosineDecayRestarts` in `keras/src/optimizers/schedules/learning_rate_schedule.py`.

    Args:
        step: Steps done, an int32 scalar.
        numbers: `initial_learning_rate`, `first_decay_steps`, `m_mul`, `alpha`.
    """
    done = progress(step, numbers["first_decay_steps"])
    restart = jnp.floor(done)
    return _rate(done - restart, restart, numbers)


def growing_restarts(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate of restarts whose length is multiplied by `t_mul` each time.

    The restart is the logarithm, in float32, of the steps done. As in Keras, rounding can move it by one exactly at a
    boundary.

    Args:
        step: Steps done, an int32 scalar.
        numbers: `initial_learning_rate`, `first_decay_steps`, `t_mul`, `m_mul`, `alpha`.
    """
    growth, done = numbers["t_mul"], progress(step, numbers["first_decay_steps"])
    restart = jnp.floor(jnp.log(1.0 - done * (1.0 - growth)) / jnp.log(growth))
    length = jnp.power(growth, restart)  # of this restart, in units of the first
    begun = (1.0 - length) / (1.0 - growth)  # what all restarts before it took
    return _rate((done - begun) / length, restart, numbers)


def _rate(done: jax.Array, restart: jax.Array, numbers: Numbers) -> jax.Array:
    height = 0.5 * jnp.power(numbers["m_mul"], restart) * (1.0 + jnp.cos(math.pi * done))
    return numbers["initial_learning_rate"] * ((1.0 - numbers["alpha"]) * height + numbers["alpha"])


def read_cosine_restarts(config: Mapping[str, Any]) -> Reading:
    """Return the function and the numbers of a configuration."""
    names = ("initial_learning_rate", "first_decay_steps", "m_mul", "alpha")
    if config.get("t_mul", 2.0) == 1:
        return even_restarts, floats(config, names)
    return growing_restarts, floats(config, (*names, "t_mul"))
