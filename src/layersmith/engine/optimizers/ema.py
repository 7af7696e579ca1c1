"""The moving average of the weights that `use_ema=True` keeps, and what it overwrites."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

__all__ = ["Averaging", "averaging_of", "overwrite_with_average", "update_average"]


@dataclass(frozen=True, kw_only=True)
class Averaging:
    """That weights are averaged.

    Attributes:
        overwrite_every: Updates after which the average replaces the weights; None for the end of training only.
    """

    overwrite_every: int | None = None


def averaging_of(config: Mapping[str, Any]) -> Averaging | None:
    """Return what a configuration asks for.

    Example:
        >>> averaging_of({"use_ema": True, "ema_overwrite_frequency": 10})
        Averaging(overwrite_every=10)
    """
    if not config.get("use_ema"):
        return None
    return Averaging(overwrite_every=config.get("ema_overwrite_frequency") or None)


def update_average(
    average: dict[str, jax.Array], params: dict[str, jax.Array], iterations: jax.Array, momentum: jax.Array
) -> dict[str, jax.Array]:
    """Return `momentum * average + (1 - momentum) * w`; the first update takes the weights as they are.

    Source: `_update_model_variables_moving_average` in `keras/src/optimizers/base_optimizer.py`.

    Args:
        average: By name, in the shapes of `params`.
        params: The variables after the update.
        iterations: Updates done before this one, an int32 scalar.
        momentum: `ema_momentum`.
    """
    momentum = jnp.where(iterations == 0, 0.0, momentum)
    return {name: momentum * average[name] + (1.0 - momentum) * variable for name, variable in params.items()}


def overwrite_with_average(
    averaging: Averaging, params: dict[str, jax.Array], average: dict[str, jax.Array], iterations: jax.Array
) -> dict[str, jax.Array]:
    """Return the average at every `overwrite_every`-th update, the variables at the others."""
    if averaging.overwrite_every is None:
        return params
    due = (iterations + 1) % averaging.overwrite_every == 0
    return {name: jnp.where(due, average[name], variable) for name, variable in params.items()}
