"""Ftrl: "follow the regularized leader", weights solved for from sums over all gradients.

McMahan et al., "Ad Click Prediction: a View from the Trenches", KDD 2013.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.optimizers.rule import Hyper, Rule, Slots

__all__ = ["ftrl_rule", "ftrl_step"]

_L1, _L2 = "l1_regularization_strength", "l2_regularization_strength"
_SHRINKAGE = "l2_shrinkage_regularization_strength"


def ftrl_step(variable: jax.Array, gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, Slots]:
    """Return one step of Ftrl.

    Source: `keras/src/optimizers/ftrl.py`. A weight whose gradients have all been zero, with an accumulator that
        started at zero,
    is 0/0 in Keras; here it stays where it is, so that padding stays zero.

    Args:
        variable: Any shape.
        gradient: The same shape.
        slots: `accumulator`, `linear`.
        hyper: `learning_rate`, `learning_rate_power`, `beta`, and the three strengths of regularisation.
    """
    rate, power = hyper["learning_rate"], -hyper["learning_rate_power"]
    l2 = hyper[_L2] + hyper["beta"] / (2.0 * rate)
    accumulator = slots["accumulator"] + jnp.square(gradient)
    grown = jnp.power(accumulator, power)
    sigma = (grown - jnp.power(slots["accumulator"], power)) / rate
    linear = slots["linear"] + (gradient + 2.0 * hyper[_SHRINKAGE] * variable - sigma * variable)
    quadratic = grown / rate + 2.0 * l2
    clipped = jnp.clip(linear, -hyper[_L1], hyper[_L1])
    solved = (clipped - linear) / jnp.where(quadratic == 0.0, 1.0, quadratic)
    variable = jnp.where(quadratic == 0.0, variable, solved)
    return variable, {"accumulator": accumulator, "linear": linear}


def ftrl_rule(config: Mapping[str, Any]) -> Rule:
    """Return the rule of a configuration; where the accumulator starts is structure."""
    return Rule(
        step=ftrl_step,
        slots=(("accumulator", "linear"),),
        numbers=("learning_rate_power", _L1, _L2, _SHRINKAGE, "beta"),
        fill=(("accumulator", float(config["initial_accumulator_value"])),),
    )
