"""RMSprop: the gradient divided by the root of its mean square.

Tieleman & Hinton, "Lecture 6.5: rmsprop", Coursera 2012; centered: Graves, arXiv:1308.0850, equations 38 to 45.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.optimizers.rule import Hyper, Rule, Slots

__all__ = ["rmsprop_rule", "rmsprop_step"]


def rmsprop_step(variable: jax.Array, gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, Slots]:
    """Return one step of RMSprop, with momentum and centered where the slots say so.

    Source: `keras/src/optimizers/rmsprop.py`.

    Args:
        variable: Any shape.
        gradient: The same shape.
        slots: `velocity`, the mean square; with `momentum` and `average_gradient` the two variants.
        hyper: `learning_rate`, `rho`, `one_minus_rho`, `epsilon`, and `momentum` where there is a slot.
    """
    new = {"velocity": _moving(slots["velocity"], jnp.square(gradient), hyper)}
    variance = new["velocity"]
    if "average_gradient" in slots:
        new["average_gradient"] = _moving(slots["average_gradient"], gradient, hyper)
        variance = variance - jnp.square(new["average_gradient"])
    increment = hyper["learning_rate"] * gradient / jnp.sqrt(variance + hyper["epsilon"])
    if "momentum" in slots:
        new["momentum"] = increment = hyper["momentum"] * slots["momentum"] + increment
    return variable - increment, new


def _moving(average: jax.Array, value: jax.Array, hyper: Hyper) -> jax.Array:
    return hyper["rho"] * average + hyper["one_minus_rho"] * value


def rmsprop_rule(config: Mapping[str, Any]) -> Rule:
    """Return the rule of a configuration."""
    slots = ("velocity",) + ("momentum",) * (config["momentum"] > 0) + ("average_gradient",) * bool(config["centered"])
    return Rule(
        step=rmsprop_step,
        slots=tuple((name,) for name in slots),
        numbers=("rho", "epsilon") + ("momentum",) * (config["momentum"] > 0),
        complements=("rho",),
    )
