"""Activations as a runtime value: one program, and a number that says which branch its layers take.

The set is what searches try between hidden layers. Each further branch costs 20 to 40 ms of compilation a layer and
nothing at run time (`benchmarks/buckets.py`); an activation outside of the set is part of the signature as ever.
"""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax

from layersmith.engine.lower.activations import ACTIVATIONS, name_of

__all__ = ["SWITCHED", "keeps_zero", "position_of", "switched"]

SWITCHED = ("relu", "tanh", "sigmoid", "gelu", "silu", "elu", "selu", "leaky_relu")
_SAME = {"swish": "silu"}
_ZERO_AT_ZERO = frozenset(
    [
        *("celu", "elu", "gelu", "hard_shrink", "hard_silu", "hard_swish", "hard_tanh", "leaky_relu", "linear", "mish"),
        *("relu", "relu6", "selu", "silu", "soft_shrink", "softsign", "swish", "tanh", "tanh_shrink"),
    ]
)


def position_of(config: Any) -> int | None:
    """Return the place of a serialized activation among the switched ones, None if it is not one of them."""
    name = name_of(config)
    name = _SAME.get(name, name)
    return SWITCHED.index(name) if name in SWITCHED else None


def keeps_zero(config: Any) -> bool:
    """Whether a serialized activation gives 0 at 0, feature by feature."""
    return name_of(config) in _ZERO_AT_ZERO


def switched(key: str) -> Callable[[Any, Any], Any]:
    """Return the function `(x, env)` that applies the activation whose number is the runtime value `key`."""
    branches = [ACTIVATIONS[name] for name in SWITCHED]

    def apply(x: Any, env: Any) -> Any:
        return lax.switch(jnp.asarray(env.runtime[key]).astype(jnp.int32), branches, x)

    return apply
