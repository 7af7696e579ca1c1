"""PolynomialDecay: `rate = (initial - end) * (1 - step / decay_steps) ** power + end`."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.schedules.schedule import Numbers, Reading, floats

__all__ = ["polynomial_cycle", "polynomial_decay", "read_polynomial"]


def polynomial_decay(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate that reaches `end_learning_rate` at `decay_steps` and stays there.

    Source: `PolynomialDecay` in `keras/src/optimizers/schedules/learning_rate_schedule.py`.

    Args:
        step: Steps done, an int32 scalar.
        numbers: `initial_learning_rate`, `end_learning_rate`, `decay_steps`, `power`.

    Example:
        >>> numbers = {"initial_learning_rate": jnp.float32(1), "end_learning_rate": jnp.float32(0.5),
        ...     "decay_steps": jnp.float32(4), "power": jnp.float32(1)}
        >>> [float(polynomial_decay(jnp.int32(step), numbers)) for step in (0, 2, 9)]
        [1.0, 0.75, 0.5]
    """
    position = jnp.minimum(jnp.asarray(step, jnp.float32), numbers["decay_steps"])
    return _rate(position / numbers["decay_steps"], numbers)


def polynomial_cycle(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate that starts again after `decay_steps`, over a span that is longer by `decay_steps` each time."""
    position = jnp.asarray(step, jnp.float32)
    multiplier = jnp.where(position == 0.0, 1.0, jnp.ceil(position / numbers["decay_steps"]))
    return _rate(position / (numbers["decay_steps"] * multiplier), numbers)


def _rate(done: jax.Array, numbers: Numbers) -> jax.Array:
    end = numbers["end_learning_rate"]
    return (numbers["initial_learning_rate"] - end) * jnp.power(1.0 - done, numbers["power"]) + end


def read_polynomial(config: Mapping[str, Any]) -> Reading:
    """Return the function and the numbers of a configuration."""
    schedule = polynomial_cycle if config.get("cycle") else polynomial_decay
    return schedule, floats(config, ("initial_learning_rate", "end_learning_rate", "decay_steps", "power"))
