"""Constraints: what is done to a weight after each update (keras/src/constraints/constraints.py)."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jax.numpy as jnp

from layersmith.engine.lower.weight_names import is_weight_of
from layersmith.engine.lower.wrapped import parts, within
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["Constraint", "constraints_of"]

Constraint: TypeAlias = Callable[[Any], Any]
_SUFFIX = "_constraint"
_EPSILON = 1e-7


def constraints_of(node: Node, names: Mapping[str, str]) -> dict[str, Constraint]:
    """Return the constraints of a layer, and of those inside of it, by weight key.

    Raises:
        Unsupported: If a constraint is not one of Keras' own.
    """
    return {
        key: _find(part, field)
        for prefix, part in parts(node)
        for field in (name for name in part.config if name.endswith(_SUFFIX) and part.config[name] is not None)
        for short, key in within(names, prefix).items()
        if is_weight_of(short, field.removesuffix(_SUFFIX))
    }


def _find(part: Node, field: str) -> Constraint:
    config = part.config[field]
    name = config.get("class_name", "") if isinstance(config, dict) else ""
    if name not in _MAKERS or config.get("module") != "keras.constraints":
        raise Unsupported(f"{field} of layer {part.layer_name!r}", f"{name or config!r}")
    return _MAKERS[name](config["config"])


def _norm(values: Any, axis: Any) -> Any:
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    return jnp.sqrt(jnp.sum(jnp.square(values), axis=axes, keepdims=True))


def _max_norm(config: Mapping[str, Any]) -> Constraint:
    def constrain(values: Any) -> Any:
        norms = _norm(values, config["axis"])
        return values * (jnp.clip(norms, 0.0, config["max_value"]) / (_EPSILON + norms))

    return constrain


def _non_negative(config: Mapping[str, Any]) -> Constraint:
    del config
    return lambda values: values * (values >= 0.0).astype(values.dtype)


def _unit_norm(config: Mapping[str, Any]) -> Constraint:
    def constrain(values: Any) -> Any:
        squares = jnp.square(_norm(values, config["axis"]))
        return values / jnp.sqrt(jnp.maximum(squares, _EPSILON))

    return constrain


def _min_max_norm(config: Mapping[str, Any]) -> Constraint:
    low, high, rate = config["min_value"], config["max_value"], config["rate"]

    def constrain(values: Any) -> Any:
        norms = _norm(values, config["axis"])
        desired = rate * jnp.clip(norms, low, high) + (1 - rate) * norms
        return values * (desired / (_EPSILON + norms))

    return constrain


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], Constraint]] = {
    "MaxNorm": _max_norm,
    "MinMaxNorm": _min_max_norm,
    "NonNeg": _non_negative,
    "UnitNorm": _unit_norm,
}
