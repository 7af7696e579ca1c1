"""`layersmith.schedules.Triangular`: up and down between two rates, linearly.

Smith, "Cyclical Learning Rates for Training Neural Networks", arXiv:1506.01186, section 3.1.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.schedules.schedule import Numbers, Reading, floats, progress

__all__ = ["read_triangular", "triangular"]


def triangular(step: jax.Array, numbers: Numbers) -> jax.Array:
    """Return the rate that rises from `low` to `peak` in `half_cycle` steps, and falls again in as many.

    Args:
        step: Steps done, an int32 scalar.
        numbers: `peak`, `low`, `half_cycle`.

    Example:
        >>> numbers = {"peak": jnp.float32(1), "low": jnp.float32(0.5), "half_cycle": jnp.float32(2)}
        >>> [float(triangular(jnp.int32(step), numbers)) for step in (0, 1, 2, 3, 4)]
        [0.5, 0.75, 1.0, 0.75, 0.5]
    """
    done = progress(step, numbers["half_cycle"])
    phase = done - 2.0 * jnp.floor(done / 2.0)
    return numbers["low"] + (numbers["peak"] - numbers["low"]) * (1.0 - jnp.abs(phase - 1.0))


def read_triangular(config: Mapping[str, Any]) -> Reading:
    """Return the function and the numbers of a configuration."""
    return triangular, floats(config, ("peak", "low", "half_cycle"))
