"""Attention: projections, scores of every query with every key, and the sum of values they weigh.

The scores are counted as if they existed all at once, as they do without a fused kernel.
"""

from collections.abc import Collection
from math import prod

from layersmith.cost.call import Call, Size
from layersmith.cost.work import Work

__all__ = ["additive_attention", "attention", "grouped_query_attention", "multi_head_attention", "num_pairs"]


def num_pairs(query: Size, key: Size, axes: Collection[int]) -> int:
    """Return how many pairs of a query and a key there are.

    Args:
        query: With features last.
        key: With features last.
        axes: The axes that are attended over; the rest are rows of their own.

    Example:
        >>> num_pairs((1, 4, 9, 32), (1, 4, 9, 32), axes=[2])
        324
    """
    attended = {axis % len(query) for axis in axes}
    apart = prod(length for axis, length in enumerate(query[:-1]) if axis not in attended)
    return apart * prod(query[axis] * key[axis] for axis in attended)


def multi_head_attention(call: Call) -> Work:
    """`MultiHeadAttention` over any axes (Vaswani et al. 2017, arXiv 1706.03762)."""
    config, query, value = call.config, call.argument("query", 0), call.argument("value", 1)
    key_width = int(config["num_heads"]) * int(config["key_dim"])
    value_width = int(config["num_heads"]) * int(config["value_dim"] or config["key_dim"])
    axes = config.get("attention_axes") or range(1, len(query) - 1)
    gate = prod(query) * value_width if config.get("use_gate") else 0
    return _heads(call, key_width, key_width, value_width) + Work(
        macs=gate + num_pairs(query, value, axes) * (key_width + value_width),
        **_both(int(config["num_heads"]) * num_pairs(query, value, axes)),
    )


def grouped_query_attention(call: Call) -> Work:
    """`GroupQueryAttention`: several query heads share a key and value head (Ainslie et al. 2023, arXiv 2305.13245)."""
    config, query, value = call.config, call.argument("query", 0), call.argument("value", 1)
    heads, width = int(config["num_query_heads"]), int(config["head_dim"])
    shared = int(config["num_key_value_heads"]) * width
    pairs = num_pairs(query, value, [1])
    return _heads(call, heads * width, shared, shared, merged=heads * width) + Work(
        macs=2 * pairs * heads * width, **_both(heads * pairs)
    )


def attention(call: Call) -> Work:
    """`Attention` without projections: query, value and perhaps key."""
    query, value = call.inputs[:2]
    pairs = num_pairs(query, value, [1])
    return Work(macs=pairs * (query[-1] + value[-1]), **_both(pairs))


def additive_attention(call: Call) -> Work:
    """`AdditiveAttention`: every query plus every key exists before it is summed (Bahdanau et al., arXiv 1409.0473)."""
    query, value = call.inputs[:2]
    pairs = num_pairs(query, value, [1])
    return Work(macs=pairs * (query[-1] + value[-1]), **_both(pairs * (query[-1] + 1)))


def _heads(call: Call, query_width: int, key_width: int, value_width: int, merged: int | None = None) -> Work:
    """Return the work of the projections into heads and out of them; `merged` is the width of all heads together."""
    query, value = call.argument("query", 0), call.argument("value", 1)
    key = call.keywords.get("key") or (call.inputs[2] if len(call.inputs) > 2 else value)
    queries, keys, out = prod(query[:-1]), prod(value[:-1]), merged or value_width
    macs = prod(query) * query_width + prod(key) * key_width + prod(value) * value_width + prod(call.outputs[0]) * out
    return Work(macs=macs, **_both(queries * (query_width + out) + keys * (key_width + value_width)))


def _both(values: int) -> dict[str, int]:
    return {"inside": values, "stored": values}
