"""What the attention layers share: which positions see which, and dropout on the scores."""

from typing import Any

import jax.numpy as jnp

from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["both", "causal", "drop", "require_rate"]


def causal(num_queries: int, num_keys: int) -> Any:
    """Return a mask `(queries, keys)`: no position sees a later one.

    Example:
        >>> causal(2, 3).tolist()
        [[True, False, False], [True, True, False]]
    """
    return jnp.arange(num_queries)[:, None] >= jnp.arange(num_keys)[None, :]


def both(one: Any, other: Any) -> Any:
    """Return where both masks hold; None holds everywhere."""
    if one is None or other is None:
        return other if one is None else one
    return jnp.logical_and(one, other)


def drop(scores: Any, rate: float, env: Any, salt: int) -> Any:
    """Return attention scores with dropout, in training alone."""
    if not env.training or not rate:
        return scores
    kept = env.uniform(salt, scores.shape) >= rate
    return jnp.where(kept, scores / (1.0 - rate), jnp.zeros_like(scores))


def require_rate(node: Node) -> None:
    """Refuse a rate that drops everything.

    Raises:
        Unsupported: If the rate of dropout is 1.
    """
    if node.config["dropout"] >= 1.0:
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", "a dropout rate of 1")
