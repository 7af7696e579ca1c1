"""Activations as a runtime value: one program, and a number that says which branch its layers take.

Each further branch costs 20 to 40 ms of compilation a layer and nothing at run time (`benchmarks/buckets.py`). So a
search whose space is known has branches for what it chooses between, and none for an activation that all candidates
share; an activation without a branch is part of the signature as ever. Where no space is known there is a branch for
each that searches try between hidden layers.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax.numpy as jnp
from jax import lax

from layersmith.engine.lower.activations import ACTIVATIONS, name_of
from layersmith.space import Choice, HyperParameters

__all__ = ["SWITCHED", "keeps_zero", "position_of", "switched", "switched_in"]

SWITCHED = ("relu", "tanh", "sigmoid", "gelu", "silu", "elu", "selu", "leaky_relu")
_SAME = {"swish": "silu"}
_ZERO_AT_ZERO = frozenset(
    [
        *("celu", "elu", "gelu", "hard_shrink", "hard_silu", "hard_swish", "hard_tanh", "leaky_relu", "linear", "mish"),
        *("relu", "relu6", "selu", "silu", "soft_shrink", "softsign", "swish", "tanh", "tanh_shrink"),
    ]
)


def switched_in(space: HyperParameters) -> tuple[str, ...]:
    """Return the activations that a space chooses between, of those that may be switched.

    Example:
        >>> space = HyperParameters()
        >>> _ = space.Choice("activation", ["tanh", "relu", "linear"])
        >>> switched_in(space)
        ('relu', 'tanh')
    """
    offered = {value for entry in space.space if isinstance(entry, Choice) for value in entry.values}
    names = {_SAME.get(value, value) for value in offered if isinstance(value, str)}
    return tuple(name for name in SWITCHED if name in names)


def position_of(config: Any, among: Sequence[str] = SWITCHED) -> int | None:
    """Return the place of a serialized activation among the switched ones, None if it is not one of them."""
    name = name_of(config)
    name = _SAME.get(name, name)
    return among.index(name) if name in among else None


def keeps_zero(config: Any) -> bool:
    """Whether a serialized activation gives 0 at 0, feature by feature."""
    return name_of(config) in _ZERO_AT_ZERO


def switched(key: str, among: Sequence[str] = SWITCHED) -> Callable[[Any, Any], Any]:
    """Return the function `(x, env)` that applies the activation whose number is the runtime value `key`."""
    branches = [ACTIVATIONS[name] for name in among]

    def apply(x: Any, env: Any) -> Any:
        return lax.switch(jnp.asarray(env.runtime[key]).astype(jnp.int32), branches, x)

    return apply
