"""Lion: steps of one size, in the direction of the sign of the momentum.

Chen et al., arXiv:2302.06675.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.optimizers.rule import Hyper, Rule, Slots

__all__ = ["lion_rule", "lion_step"]


def lion_step(variable: jax.Array, gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, Slots]:
    """Return one step of Lion.

    Source: `keras/src/optimizers/lion.py`.

    Args:
        variable: Any shape.
        gradient: The same shape.
        slots: `momentum`.
        hyper: `learning_rate`, `beta_1`, `beta_2`.
    """
    momentum, beta_1, beta_2 = slots["momentum"], hyper["beta_1"], hyper["beta_2"]
    direction = jnp.sign(momentum * beta_1 + gradient * (1.0 - beta_1))
    return variable - hyper["learning_rate"] * direction, {"momentum": momentum * beta_2 + gradient * (1.0 - beta_2)}


def lion_rule(_config: Mapping[str, Any]) -> Rule:
    """Return the rule; no option of Lion changes its structure."""
    return Rule(step=lion_step, slots=(("momentum",),), numbers=("beta_1", "beta_2"))
