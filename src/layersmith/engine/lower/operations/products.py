"""Products of tensors: matmul and einsum, row by row."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Lowering, Place
from layersmith.engine.lower.operations.rows import require_rows, unsupported
from layersmith.graph import Node, Reference

__all__ = ["OPERATIONS"]


def _matmul(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    dtype = node.output_dtypes[0]
    return lambda weights, args, kwargs, env: jnp.matmul(*(jnp.asarray(value).astype(dtype) for value in args))


def _einsum(node: Node, place: Place) -> Forward:
    del place
    require_rows(node)
    subscripts, dtype = str(node.config["subscripts"]).replace(" ", ""), node.output_dtypes[0]
    if not _keeps_rows(subscripts, node.args):
        raise unsupported(node, f"{subscripts!r} does not keep the first axis of each tensor in front")

    def forward(weights: Any, args: tuple[Any, ...], kwargs: Any, env: Any) -> Any:
        del weights, kwargs, env
        return jnp.einsum(subscripts, *(jnp.asarray(value).astype(dtype) for value in args))

    return forward


def _keeps_rows(subscripts: str, args: tuple[Any, ...]) -> bool:
    """Whether every tensor of the model has the result's first axis as its first.

    Example:
        >>> _keeps_rows("bi,ij->bj", (Reference("x"), 0.0)), _keeps_rows("bi,bj->ij", (Reference("x"), Reference("y")))
        (True, False)
    """
    operands, arrow, result = subscripts.partition("->")
    terms = operands.split(",")
    tensors = [term for term, value in zip(terms, args, strict=True) if isinstance(value, Reference)]
    return bool(arrow and result) and all(term[:1] == result[:1] for term in tensors)


OPERATIONS: Mapping[str, Lowering] = {"Einsum": _einsum, "Matmul": _matmul}
