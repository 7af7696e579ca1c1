"""MultiHeadAttention (Vaswani et al. 2017, arXiv 1706.03762; keras/src/layers/attention/multi_head_attention.py).

Each head gives `softmax(query key^T / sqrt(key_dim)) value`; the output is a projection of all heads.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.attention_mask import both, causal, drop, require_rate
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.penalties import Penalty, activity_of
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["multi_head_attention"]

_ARGUMENTS = (
    *("query", "value", "key", "query_mask", "value_mask", "key_mask"),
    *("attention_mask", "return_attention_scores", "training", "use_causal_mask"),
)


@dataclass(frozen=True, kw_only=True)
class _Options:
    scale: float
    rate: float
    window: int | None
    gated: bool
    salt: int


def multi_head_attention(node: Node, place: Place) -> Forward:
    """Lower `MultiHeadAttention` over one axis: query `(batch, queries, dim)`, value and key `(batch, keys, dim)`.

    Raises:
        Unsupported: If it attends over several axes, or drops everything.
    """
    _require_covered(node)
    config, activity = node.config, activity_of(node, place.key)
    options = _Options(
        scale=1.0 / math.sqrt(float(config["key_dim"])),
        rate=float(config["dropout"]),
        window=config.get("sliding_window"),
        gated=bool(config.get("use_gate")),
        salt=place.salt,
    )

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        given = {**dict(zip(_ARGUMENTS, args, strict=False)), **kwargs}
        query, value = given["query"], given["value"]
        key = value if given.get("key") is None else given["key"]
        given["query_mask"] = _take_masks(env.masks, query, value, key)
        project = _projector(weights, env, activity)
        explicit = bool(options.rate) or bool(given.get("return_attention_scores"))
        seen = _seen(given, query.shape[1], value.shape[1], options.window)
        scores = _scores(project("query", query), project("key", key), options.scale)
        shares = _softmax(scores, seen, zero_hidden=explicit)
        dropped = drop(shares, options.rate, env, options.salt)
        output = jnp.einsum("bhqk,bkhd->bqhd", dropped, project("value", value))
        if options.gated:
            output = output * jax.nn.sigmoid(project("gate", query))
        merged = project("attention_output", output, 2)
        return (merged, shares) if given.get("return_attention_scores") else merged

    return forward


def _take_masks(masks: Any, *inputs: Any) -> Any:
    """Return the mask that the query carries; as in Keras, the inputs carry none from here on."""
    query_mask = masks.of(inputs[0])
    for value in inputs:
        masks.put(value, None)
    return query_mask


def _projector(weights: Mapping[str, Any], env: Any, activity: Penalty | None) -> Callable[..., Any]:
    """Return the function `(name, values, axes)` that applies a dense layer, whose outputs may be penalised."""

    def project(name: str, values: Any, axes: int = 1) -> Any:
        output = jnp.tensordot(values, weights[f"{name}/kernel"], axes)
        bias = weights.get(f"{name}/bias")
        output = output if bias is None else output + bias
        if activity is not None:
            env.penalties.append(activity({"": output}, env))
        return output

    return project


def _scores(query: Any, key: Any, scale: float) -> Any:
    return jnp.einsum("bqhd,bkhd->bhqk", query * scale, key)


def _softmax(scores: Any, seen: Any, *, zero_hidden: bool) -> Any:
    """Return shares over the keys.

    Args:
        scores: `(batch, heads, queries, keys)`.
        seen: Mask that broadcasts to the scores, or None.
        zero_hidden: Whether a query that sees nothing gives zeros, as Keras' `Softmax` layer does, or equal shares, as
            its fused attention does.
    """
    if seen is None:
        return jax.nn.softmax(scores, axis=-1)
    lowest = jnp.asarray(jnp.finfo(scores.dtype).min * 0.7, scores.dtype)
    shares = jax.nn.softmax(jnp.where(seen, scores, lowest), axis=-1)
    return jnp.where(seen, shares, jnp.zeros_like(shares)) if zero_hidden else shares


def _seen(given: Mapping[str, Any], num_queries: int, num_keys: int, window: int | None) -> Any:
    """Return which key each query sees, `(batch or 1, heads or 1, queries or 1, keys)`; None where every one."""
    seen = None
    if given["query_mask"] is not None:
        seen = given["query_mask"].astype(bool)[:, None, :, None]
    for name in ("value_mask", "key_mask"):
        mask = given.get(name)
        seen = both(seen, None if mask is None else mask.astype(bool)[:, None, None, :])
    if given.get("use_causal_mask"):
        seen = both(seen, causal(num_queries, num_keys)[None, None])
    if window is not None:
        distance = jnp.abs(jnp.arange(num_queries)[:, None] - jnp.arange(num_keys)[None, :])
        seen = both(seen, (distance < window)[None, None])
    mask = given.get("attention_mask")
    return both(seen, None if mask is None else _with_heads(jnp.asarray(mask).astype(bool)))


def _with_heads(mask: Any) -> Any:
    """Give `(batch, queries, keys)` or `(queries, keys)` an axis for the heads."""
    if mask.ndim == 4:
        return mask
    return mask[:, None] if mask.ndim == 3 else mask[None, None]


def _require_covered(node: Node) -> None:
    config, what = node.config, f"layer {node.layer_name!r} ({node.class_name})"
    require_rate(node)
    axes = config.get("attention_axes")
    if axes is not None and tuple(axes) != (1,):
        raise Unsupported(what, f"attention_axes {tuple(axes)}")
    outputs = config.get("output_shape")
    width = len(outputs) if isinstance(outputs, (list, tuple)) else 1
    if len(node.output_shapes[0]) - width != 2:
        raise Unsupported(what, f"inputs of {len(node.output_shapes[0]) - width + 1} axes")
