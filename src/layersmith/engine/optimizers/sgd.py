"""SGD: `w -= rate * g`, with momentum `m = momentum * m - rate * g; w += m`, or Nesterov's look ahead."""

from collections.abc import Mapping
from typing import Any

import jax

from layersmith.engine.optimizers.rule import Hyper, Rule, Slots

__all__ = ["nesterov_step", "sgd_rule", "sgd_step"]


def sgd_step(variable: jax.Array, gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, Slots]:
    """Return one step of SGD; with a slot `momentum`, of SGD with momentum.

    Source: `keras/src/optimizers/sgd.py`.

    Args:
        variable: Any shape.
        gradient: The same shape.
        slots: Empty, or `momentum`.
        hyper: `learning_rate`, and `momentum` where there is a slot.

    Example:
        >>> import jax.numpy as jnp
        >>> variable, _ = sgd_step(jnp.ones(2), jnp.array([1.0, 0.0]), {}, {"learning_rate": jnp.float32(0.5)})
        >>> variable.tolist()
        [0.5, 1.0]
    """
    if "momentum" not in slots:
        return variable - gradient * hyper["learning_rate"], {}
    momentum = slots["momentum"] * hyper["momentum"] - gradient * hyper["learning_rate"]
    return variable + momentum, {"momentum": momentum}


def nesterov_step(variable: jax.Array, gradient: jax.Array, slots: Slots, hyper: Hyper) -> tuple[jax.Array, Slots]:
    """Return one step of SGD with Nesterov's momentum; arguments as in `sgd_step`."""
    step = gradient * hyper["learning_rate"]
    momentum = slots["momentum"] * hyper["momentum"] - step
    return variable + (momentum * hyper["momentum"] - step), {"momentum": momentum}


def sgd_rule(config: Mapping[str, Any]) -> Rule:
    """Return the rule of a configuration. Without momentum, `nesterov` has no meaning."""
    if not config["momentum"]:
        return Rule(step=sgd_step)
    step = nesterov_step if config["nesterov"] else sgd_step
    return Rule(step=step, slots=(("momentum",),), numbers=("momentum",))
