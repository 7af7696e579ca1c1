"""ExponentialDecay: `rate = initial * decay_rate ** (step / decay_steps)`."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.schedules.schedule import Numbers, Reading, floats, progress

__all__ = ["exponential_decay", "exponential_staircase", "read_exponential"]


def exponential_decay(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate that shrinks by `decay_rate` every `decay_steps` steps.

    Source: `ExponentialDecay` in `keras/src/optimizers/schedules/learning_rate_schedule.py`.

    Args:
        step: Steps done, an int32 scalar.
        numbers: `initial_learning_rate`, `decay_steps`, `decay_rate`.

    Example:
        >>> numbers = {name: jnp.float32(value) for name, value in read_exponential(
        ...     {"initial_learning_rate": 0.1, "decay_steps": 2, "decay_rate": 0.5})[1].items()}
        >>> round(float(exponential_decay(jnp.int32(4), numbers)), 6)
        0.025
    """
    return _rate(progress(step, numbers["decay_steps"]), numbers)


def exponential_staircase(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate of `exponential_decay`, held for `decay_steps` steps at a time."""
    return _rate(jnp.floor(progress(step, numbers["decay_steps"])), numbers)


def _rate(periods: jax.Array, numbers: Numbers) -> jax.Array:
    return numbers["initial_learning_rate"] * jnp.power(numbers["decay_rate"], periods)


def read_exponential(config: Mapping[str, Any]) -> Reading:
    """Return the function and the numbers of a configuration."""
    schedule = exponential_staircase if config.get("staircase") else exponential_decay
    return schedule, floats(config, ("initial_learning_rate", "decay_steps", "decay_rate"))
