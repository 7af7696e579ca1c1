"""CosineDecay: half a cosine from the initial rate down to `alpha` of it, after a linear warm-up if one is given.

Loshchilov & Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", arXiv:1608.03983.
"""

import math
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.schedules.schedule import Numbers, Reading, floats

__all__ = ["cosine_decay", "cosine_warmup_decay", "half_cosine", "read_cosine"]


def half_cosine(done: jax.Array, alpha: jax.Array) -> jax.Array:
    """Return the factor that falls from 1 to `alpha` while `done` goes from 0 to 1.

    Example:
        >>> [round(float(half_cosine(jnp.float32(done), jnp.float32(0.2))), 4) for done in (0, 0.5, 1)]
        [1.0, 0.6, 0.2]
    """
    return (1.0 - alpha) * (0.5 * (1.0 + jnp.cos(math.pi * done))) + alpha


def cosine_decay(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate that falls along half a cosine within `decay_steps` and stays there.

    Source: `CosineDecay` in `keras/src/optimizers/schedules/learning_rate_schedule.py`.

    Args:
        step: Steps done, an int32 scalar.
        numbers: `initial_learning_rate`, `decay_steps`, `alpha`.
    """
    position = jnp.minimum(jnp.asarray(step, jnp.float32), numbers["decay_steps"])
    return numbers["initial_learning_rate"] * half_cosine(position / numbers["decay_steps"], numbers["alpha"])


def cosine_warmup_decay(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate that rises linearly to `warmup_target` in `warmup_steps`, then falls along half a cosine.

    Args:
        step: Steps done, an int32 scalar.
        numbers: `initial_learning_rate`, `decay_steps`, `alpha`, `warmup_target`, `warmup_steps`.
    """
    initial, target, warmup = (numbers[name] for name in ("initial_learning_rate", "warmup_target", "warmup_steps"))
    position = jnp.minimum(jnp.asarray(step, jnp.float32), numbers["decay_steps"] + warmup)
    rising = (target - initial) * (position / warmup) + initial
    falling = target * half_cosine((position - warmup) / numbers["decay_steps"], numbers["alpha"])
    return jnp.where(position < warmup, rising, falling)


def read_cosine(config: Mapping[str, Any]) -> Reading:
    """Return the function and the numbers of a configuration."""
    names = ("initial_learning_rate", "decay_steps", "alpha")
    if config.get("warmup_target") is None:
        return cosine_decay, floats(config, names)
    return cosine_warmup_decay, floats(config, (*names, "warmup_target", "warmup_steps"))
