"""InverseTimeDecay: `rate = initial / (1 + decay_rate * step / decay_steps)`."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.schedules.schedule import Numbers, Reading, floats, progress

__all__ = ["inverse_time_decay", "inverse_time_staircase", "read_inverse_time"]


def inverse_time_decay(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate that falls with the inverse of the time.

    Source: `InverseTimeDecay` in `keras/src/optimizers/schedules/learning_rate_schedule.py`.

    Args:
        step: Steps done, an int32 scalar.
        numbers: `initial_learning_rate`, `decay_steps`, `decay_rate`.

    Example:
        >>> one = jnp.float32(1)
        >>> numbers = {"initial_learning_rate": one, "decay_steps": 2 * one, "decay_rate": one}
        >>> float(inverse_time_decay(jnp.int32(6), numbers))
        0.25
    """
    return _rate(progress(step, numbers["decay_steps"]), numbers)


def inverse_time_staircase(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate of `inverse_time_decay`, held for `decay_steps` steps at a time."""
    return _rate(jnp.floor(progress(step, numbers["decay_steps"])), numbers)


def _rate(periods: jax.Array, numbers: Numbers) -> jax.Array:
    return numbers["initial_learning_rate"] / (1.0 + numbers["decay_rate"] * periods)


def read_inverse_time(config: Mapping[str, Any]) -> Reading:
    """Return the function and the numbers of a configuration."""
    schedule = inverse_time_staircase if config.get("staircase") else inverse_time_decay
    return schedule, floats(config, ("initial_learning_rate", "decay_steps", "decay_rate"))
