"""Adadelta: the gradient scaled by the ratio of the sizes of past updates and past gradients.

Zeiler, arXiv:1212.5701.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.optimizers.rule import Hyper, Rule, Slots

__all__ = ["adadelta_rule", "adadelta_step"]


def adadelta_step(variable: jax.Array, gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, Slots]:
    """Return one step of Adadelta.

    Source: `keras/src/optimizers/adadelta.py`.

    Args:
        variable: Any shape.
        gradient: The same shape.
        slots: `accumulated_grad` and `accumulated_delta_var`, mean squares of gradients and of updates.
        hyper: `learning_rate`, `rho`, `one_minus_rho`, `epsilon`.
    """
    gradients = _moving(slots["accumulated_grad"], jnp.square(gradient), hyper)
    size = jnp.sqrt(slots["accumulated_delta_var"] + hyper["epsilon"])
    change = -(size * gradient / jnp.sqrt(gradients + hyper["epsilon"]))
    changes = _moving(slots["accumulated_delta_var"], jnp.square(change), hyper)
    variable = variable + hyper["learning_rate"] * change
    return variable, {"accumulated_grad": gradients, "accumulated_delta_var": changes}


def _moving(average: jax.Array, value: jax.Array, hyper: Hyper) -> jax.Array:
    return hyper["rho"] * average + hyper["one_minus_rho"] * value


def adadelta_rule(_config: Mapping[str, Any]) -> Rule:
    """Return the rule; no option of Adadelta changes its structure."""
    return Rule(
        step=adadelta_step,
        slots=(("accumulated_grad", "accumulated_delta_var"),),
        numbers=("rho", "epsilon"),
        complements=("rho",),
    )
