"""What a schedule is: a pure function of the step and of named numbers."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp

from layersmith.engine.unsupported import Unsupported

__all__ = ["Numbers", "Reading", "Schedule", "floats", "progress"]

Numbers: TypeAlias = Mapping[str, jax.Array]
"""Float32 scalars by name, given at run time."""

Schedule: TypeAlias = Callable[[jax.Array, Numbers], jax.Array]
"""Maps the step, an int32 scalar counted from 0, and the numbers to the learning rate, a float32 scalar."""

Reading: TypeAlias = tuple[Schedule, dict[str, float]]
"""A schedule and the numbers that its configuration holds."""


def floats(config: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, float]:
    """Return the entries `names` of `config` as floats.

    Args:
        config: Configuration of a schedule; its first name in `names` is the rate that Keras takes the dtype from.
        names: The entries wanted, the initial learning rate first.

    Raises:
        Unsupported: If the first entry is an integer, because Keras then computes the whole schedule in integers.

    Example:
        >>> floats({"initial_learning_rate": 0.1, "decay_steps": 10}, ("initial_learning_rate", "decay_steps"))
        {'initial_learning_rate': 0.1, 'decay_steps': 10.0}
    """
    if isinstance(config[names[0]], int):
        raise Unsupported("a learning rate schedule", f"its {names[0]} {config[names[0]]!r} is an integer, not a float")
    return {name: float(config[name]) for name in names}


def progress(step: jax.Array, decay_steps: jax.Array) -> jax.Array:
    """Return `step / decay_steps` in float32.

    Example:
        >>> float(progress(jnp.int32(3), jnp.float32(12)))
        0.25
    """
    return jnp.asarray(step, jnp.float32) / decay_steps
