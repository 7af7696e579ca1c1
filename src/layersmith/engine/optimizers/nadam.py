"""Nadam: Adam with Nesterov's momentum, and a momentum that warms up.

Dozat, "Incorporating Nesterov Momentum into Adam", ICLR workshop 2016.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.optimizers.rule import Hyper, Rule, Slots

__all__ = ["nadam_advance", "nadam_rule", "nadam_step"]


def nadam_advance(shared: Slots, hyper: Hyper) -> Slots:
    """Return the product of all momentum values so far, `u_product`, with this update's factor."""
    return {"u_product": shared["u_product"] * _momentum(hyper, hyper["step"])}


def nadam_step(variable: jax.Array, gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, Slots]:
    """Return one step of Nadam.

    Source: `keras/src/optimizers/nadam.py`. Unlike in Adam, Keras computes `1 - beta` in float32 here.

    Args:
        variable: Any shape.
        gradient: The same shape.
        slots: `momentum`, `velocity`.
        hyper: `learning_rate`, `step`, `beta_1`, `beta_2`, `epsilon`, and the shared `u_product`.
    """
    now, after = _momentum(hyper, hyper["step"]), _momentum(hyper, hyper["step"] + 1.0)
    product, next_product = hyper["u_product"], hyper["u_product"] * after
    momentum = slots["momentum"] + (gradient - slots["momentum"]) * (1.0 - hyper["beta_1"])
    velocity = slots["velocity"] + (jnp.square(gradient) - slots["velocity"]) * (1.0 - hyper["beta_2"])
    ahead = after * momentum / (1.0 - next_product) + (1.0 - now) * gradient / (1.0 - product)
    unbiased = velocity / (1.0 - jnp.power(hyper["beta_2"], hyper["step"]))
    variable = variable - ahead * hyper["learning_rate"] / (jnp.sqrt(unbiased) + hyper["epsilon"])
    return variable, {"momentum": momentum, "velocity": velocity}


def _momentum(hyper: Hyper, step: jax.Array) -> jax.Array:
    return hyper["beta_1"] * (1.0 - 0.5 * jnp.power(jnp.float32(0.96), step))


def nadam_rule(_config: Mapping[str, Any]) -> Rule:
    """Return the rule; no option of Nadam changes its structure."""
    return Rule(
        step=nadam_step,
        slots=(("momentum", "velocity"),),
        numbers=("beta_1", "beta_2", "epsilon"),
        shared=(("u_product", 1.0),),
        advance=nadam_advance,
    )
