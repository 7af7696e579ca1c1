"""Attention (Luong et al. 2015, arXiv 1508.04025) and AdditiveAttention (Bahdanau et al. 2014, arXiv 1409.0473).

The output is `softmax(scores) @ value` (keras/src/layers/attention/attention.py), where the scores of a pair are
`query . key * scale` (dot), `weight * sum tanh(scale * (query + key))` (concat) or `sum scale * tanh(query + key)`
(additive).
"""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.attention_mask import both, causal, drop, require_rate
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.graph import Node

__all__ = ["attention"]

_HIDDEN = 1.0e9  # what Keras takes off the score of a hidden position


def attention(node: Node, place: Place) -> Forward:
    """Lower `Attention` and `AdditiveAttention`: `[query, value]` or `[query, value, key]`, each `(batch, steps, dim)`.

    Raises:
        Unsupported: If the rate of dropout is 1.
    """
    require_rate(node)
    score = _SCORES["additive" if node.class_name == "AdditiveAttention" else node.config["score_mode"]]
    rate = float(node.config["dropout"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        given = {**dict(zip(("inputs", "mask"), args, strict=False)), **kwargs}
        query, value, *rest = given["inputs"]
        query_mask, value_mask, *_ = given.get("mask") or (None, None)
        scores = score(weights, query, rest[0] if rest else value)
        hidden = None if value_mask is None else value_mask.astype(bool)[:, None, :]
        seen = both(hidden, causal(*scores.shape[-2:])[None] if kwargs.get("use_causal_mask") else None)
        scores = scores if seen is None else jnp.where(seen, scores, scores - _HIDDEN)
        shares = drop(jax.nn.softmax(scores, axis=-1), rate, env, place.salt)
        output = jnp.matmul(shares, value)
        if query_mask is not None:
            output = jnp.where(query_mask.astype(bool)[:, :, None], output, jnp.zeros_like(output))
        return (output, shares) if kwargs.get("return_attention_scores") else output

    return forward


def _dot(weights: Mapping[str, Any], query: Any, key: Any) -> Any:
    scores = jnp.matmul(query, jnp.swapaxes(key, -2, -1))  # (batch, queries, keys)
    return scores * weights["scale"] if "scale" in weights else scores


def _concat(weights: Mapping[str, Any], query: Any, key: Any) -> Any:
    pairs = query[..., :, None, :] + key[..., None, :, :]  # (batch, queries, keys, dim)
    pairs = pairs * weights["scale"] if "scale" in weights else pairs
    return weights["concat_score_weight"] * jnp.sum(jnp.tanh(pairs), axis=-1)


def _additive(weights: Mapping[str, Any], query: Any, key: Any) -> Any:
    pairs = jnp.tanh(query[..., :, None, :] + key[..., None, :, :])
    return jnp.sum(pairs * weights["scale"] if "scale" in weights else pairs, axis=-1)


_SCORES: Mapping[str, Callable[[Mapping[str, Any], Any, Any], Any]] = {
    "additive": _additive,
    "concat": _concat,
    "dot": _dot,
}
