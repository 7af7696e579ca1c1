"""PiecewiseConstantDecay: one rate up to each boundary, the boundary included."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.schedules.schedule import Numbers, Reading
from layersmith.engine.unsupported import Unsupported

__all__ = ["piecewise_constant", "read_piecewise"]


def piecewise_constant(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return `value_0` up to and including step `boundary_0`, then `value_1`, and so on.

    How many boundaries there are is read from the names, so it is part of the program; where they lie is not.

    Source: `PiecewiseConstantDecay` in `keras/src/optimizers/schedules/learning_rate_schedule.py`.

    Args:
        step: Steps done, an int32 scalar.
        numbers: `boundary_0`, ... in ascending order, and `value_0`, ..., one more of them.

    Example:
        >>> numbers = {"boundary_0": jnp.float32(10), "value_0": jnp.float32(0.5), "value_1": jnp.float32(0.25)}
        >>> [float(piecewise_constant(jnp.int32(step), numbers)) for step in (0, 10, 11)]
        [0.5, 0.5, 0.25]
    """
    position = jnp.asarray(step, jnp.float32)
    rate = numbers["value_0"]
    for index in range(sum(name.startswith("boundary_") for name in numbers)):
        rate = jnp.where(position > numbers[f"boundary_{index}"], numbers[f"value_{index + 1}"], rate)
    return rate


def read_piecewise(config: Mapping[str, Any]) -> Reading:
    """Return the function and the numbers of a configuration.

    Raises:
        Unsupported: If the boundaries do not ascend, or the first rate is an integer, so that Keras computes in
            integers.
    """
    boundaries, values = list(config["boundaries"]), list(config["values"])
    if boundaries != sorted(boundaries) or not boundaries:
        raise Unsupported("learning rate schedule 'PiecewiseConstantDecay'", f"boundaries {boundaries} do not ascend")
    if isinstance(values[0], int):
        raise Unsupported("learning rate schedule 'PiecewiseConstantDecay'", f"value {values[0]} is an integer")
    # Keras casts the boundaries to the dtype of the step, which cuts their fractions off.
    numbers = {f"boundary_{index}": float(int(boundary)) for index, boundary in enumerate(boundaries)}
    return piecewise_constant, numbers | {f"value_{index}": float(value) for index, value in enumerate(values)}
