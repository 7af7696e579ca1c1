"""Weight decay, decoupled from the gradient: `w -= w * weight_decay * rate`, before the rule's own step."""

from collections.abc import Collection, Mapping
from typing import Any

import jax

__all__ = ["decay_weights", "excluded_from_decay"]


def decay_weights(
    params: dict[str, jax.Array], rate: jax.Array, weight_decay: jax.Array, excluded: Collection[str] = ()
) -> dict[str, jax.Array]:
    """Return the variables after decay; those named in `excluded` as they were.

    Source: `_apply_weight_decay` in `keras/src/optimizers/base_optimizer.py`.

    Example:
        >>> import jax.numpy as jnp
        >>> params = {"kernel": jnp.float32(1), "bias": jnp.float32(1)}
        >>> decayed = decay_weights(params, jnp.float32(0.5), jnp.float32(0.5), excluded=("bias",))
        >>> {name: float(value) for name, value in decayed.items()}
        {'kernel': 0.75, 'bias': 1.0}
    """
    return {
        name: variable if name in excluded else variable - variable * weight_decay * rate
        for name, variable in params.items()
    }


def excluded_from_decay(optimizer: Any, variables: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the variables that a Keras optimizer was told to leave out of weight decay.

    `exclude_from_weight_decay` is not part of an optimizer's configuration, so it is asked of the optimizer itself.

    Args:
        optimizer: A `keras.optimizers.Optimizer`.
        variables: The Keras variables by the engine's names.
    """
    return tuple(name for name, variable in variables.items() if not optimizer._use_weight_decay(variable))
