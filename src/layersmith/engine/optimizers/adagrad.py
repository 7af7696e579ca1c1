"""Adagrad: the gradient divided by the root of the sum of all its squares.

Duchi, Hazan & Singer, "Adaptive Subgradient Methods", JMLR 12, 2011.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.optimizers.rule import Hyper, Rule, Slots

__all__ = ["adagrad_rule", "adagrad_step"]


def adagrad_step(variable: jax.Array, gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, Slots]:
    """Return one step of Adagrad.

    Source: `keras/src/optimizers/adagrad.py`.

    Args:
        variable: Any shape.
        gradient: The same shape.
        slots: `accumulator`, the sum of squares.
        hyper: `learning_rate`, `epsilon`.
    """
    accumulator = slots["accumulator"] + jnp.square(gradient)
    variable = variable - hyper["learning_rate"] * gradient / jnp.sqrt(accumulator + hyper["epsilon"])
    return variable, {"accumulator": accumulator}


def adagrad_rule(config: Mapping[str, Any]) -> Rule:
    """Return the rule of a configuration; where the accumulator starts is structure."""
    return Rule(
        step=adagrad_step,
        slots=(("accumulator",),),
        numbers=("epsilon",),
        fill=(("accumulator", float(config["initial_accumulator_value"])),),
    )
