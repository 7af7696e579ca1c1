"""Adam, AMSGrad and AdamW: moments of the gradient, corrected for their start at zero.

Kingma & Ba, arXiv:1412.6980; AMSGrad: Reddi et al., arXiv:1904.09237. AdamW (arXiv:1711.05101) is Adam with the
weight decay that every optimizer of Keras can have.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.optimizers.rule import Hyper, Rule, Slots

__all__ = ["adam_rule", "adam_step", "moments"]


def moments(gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, jax.Array]:
    """Return the moving averages of the gradient and of its square, `m + (g - m) * (1 - beta)`."""
    momentum, velocity = slots["momentum"], slots["velocity"]
    momentum = momentum + (gradient - momentum) * hyper["one_minus_beta_1"]
    velocity = velocity + (jnp.square(gradient) - velocity) * hyper["one_minus_beta_2"]
    return momentum, velocity


def adam_step(variable: jax.Array, gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, Slots]:
    """Return one step of Adam; with a slot `velocity_hat`, of AMSGrad.

    Source: `keras/src/optimizers/adam.py`.

    Args:
        variable: Any shape.
        gradient: The same shape.
        slots: `momentum`, `velocity`, and `velocity_hat`, the largest velocity so far, for AMSGrad.
        hyper: `learning_rate`, `step`, `beta_1`, `one_minus_beta_1`, `beta_2`, `one_minus_beta_2`, `epsilon`.
    """
    momentum, velocity = moments(gradient, slots, hyper)
    new = {"momentum": momentum, "velocity": velocity}
    if "velocity_hat" in slots:
        new["velocity_hat"] = velocity = jnp.maximum(slots["velocity_hat"], velocity)
    bias_1 = 1.0 - jnp.power(hyper["beta_1"], hyper["step"])
    bias_2 = 1.0 - jnp.power(hyper["beta_2"], hyper["step"])
    rate = hyper["learning_rate"] * jnp.sqrt(bias_2) / bias_1
    return variable - momentum * rate / (jnp.sqrt(velocity) + hyper["epsilon"]), new


def adam_rule(config: Mapping[str, Any]) -> Rule:
    """Return the rule of a configuration of `Adam` or `AdamW`."""
    return Rule(
        step=adam_step,
        slots=(("momentum", "velocity"),) + (("velocity_hat",),) * bool(config["amsgrad"]),
        numbers=("beta_1", "beta_2", "epsilon"),
        complements=("beta_1", "beta_2"),
    )
