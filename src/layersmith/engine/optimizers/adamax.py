"""Adamax: Adam with the largest gradient so far in place of the mean square.

Kingma & Ba, arXiv:1412.6980, section 7.1.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.optimizers.rule import Hyper, Rule, Slots

__all__ = ["adamax_rule", "adamax_step"]


def adamax_step(variable: jax.Array, gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, Slots]:
    """Return one step of Adamax.

    Source: `keras/src/optimizers/adamax.py`.

    Args:
        variable: Any shape.
        gradient: The same shape.
        slots: `momentum`, and `norm`, the decaying maximum of the absolute gradient.
        hyper: `learning_rate`, `step`, `beta_1`, `one_minus_beta_1`, `beta_2`, `epsilon`.
    """
    momentum = slots["momentum"] + (gradient - slots["momentum"]) * hyper["one_minus_beta_1"]
    norm = jnp.maximum(hyper["beta_2"] * slots["norm"], jnp.abs(gradient))
    bias = 1.0 - jnp.power(hyper["beta_1"], hyper["step"])
    variable = variable - hyper["learning_rate"] * momentum / (bias * (norm + hyper["epsilon"]))
    return variable, {"momentum": momentum, "norm": norm}


def adamax_rule(_config: Mapping[str, Any]) -> Rule:
    """Return the rule; no option of Adamax changes its structure."""
    return Rule(
        step=adamax_step,
        slots=(("momentum", "norm"),),
        numbers=("beta_1", "beta_2", "epsilon"),
        complements=("beta_1",),
    )
