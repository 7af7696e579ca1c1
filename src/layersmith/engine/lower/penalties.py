"""Regularisers: scalars that a layer adds to the loss.

    L1  c * sum |w|        L2  c * sum w^2        L1L2  both        (keras/src/regularizers/regularizers.py)

The strengths are runtime values: candidates that differ in them share a program.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jax.numpy as jnp

from layersmith.engine.lower.kinks import magnitude
from layersmith.engine.lower.weight_names import is_weight_of
from layersmith.engine.lower.wrapped import parts, within
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["Penalty", "activity_of", "penalties_of", "strengths_of"]

Penalty: TypeAlias = Callable[[Mapping[str, Any], Any], Any]
_SUFFIX = "_regularizer"
_OPTIONAL = ("beta", "bias", "gamma")  # weights that a layer may go without


def strengths_of(node: Node) -> dict[str, float]:
    """Return the strengths of a layer's regularisers: `"kernel_regularizer/l2"` to its value, wrapped layers' too."""
    return {
        f"{prefix}{field}/{kind}": value
        for prefix, part in parts(node)
        for field in (name for name in part.config if name.endswith(_SUFFIX))
        if _is_known(part.config[field])
        for kind, value in _strengths(part, field).items()
    }


def penalties_of(node: Node, names: Mapping[str, str], key: str) -> list[tuple[str, Penalty]]:
    """Return the penalties on a layer's weights, each with the key of its weight.

    Keras penalises trainable weights alone: leave out the others.

    Args:
        node: The layer's first call.
        names: Its weights: short name to key.
        key: The layer's key.

    Raises:
        Unsupported: If a regulariser is not one of Keras' three.
    """
    return [
        (target, _penalty(key, f"{prefix}{field}", strengths, target))
        for prefix, part in parts(node)
        for field, strengths in _weight_fields(part)
        for target in _targets(part, field, within(names, prefix))
    ]


def _weight_fields(part: Node) -> list[tuple[str, dict[str, float]]]:
    fields = [name for name in part.config if name.endswith(_SUFFIX) and name != f"activity{_SUFFIX}"]
    found = [(field, _strengths(part, field)) for field in fields]
    return [(field, strengths) for field, strengths in found if strengths]


def _targets(part: Node, field: str, names: Mapping[str, str]) -> list[str]:
    """Return the keys of the weights that a regulariser is for."""
    stem = field.removesuffix(_SUFFIX)
    targets = [full for short, full in names.items() if is_weight_of(short, stem)]
    if not targets and stem not in _OPTIONAL:
        raise Unsupported(f"layer {part.layer_name!r} ({part.class_name})", f"{field} has no weight of that name")
    return targets


def activity_of(node: Node, key: str) -> Penalty | None:
    """Return the penalty on a layer's output, given under the key `""` and divided by the rows there are, or None."""
    field = f"activity{_SUFFIX}"
    strengths = _strengths(node, field)
    return _penalty(key, field, strengths, "") if strengths else None


def _penalty(key: str, field: str, strengths: Mapping[str, float], target: str) -> Penalty:
    def penalty(weights: Mapping[str, Any], env: Any) -> Any:
        values, rows = weights[target], None
        if target == "":
            values, rows = _live(values, env.row_mask)
        total = jnp.float32(0.0)
        for kind, default in strengths.items():
            strength = env.value(key, f"{field}/{kind}", default)
            total = total + strength * jnp.sum(magnitude(values) if kind == "l1" else jnp.square(values))
        return total if rows is None else total / rows

    return penalty


def _live(values: Any, row_mask: Any) -> tuple[Any, Any]:
    """Return a layer's output with rows that do not exist at zero, and the number of those that do."""
    if row_mask is None:
        return values, jnp.float32(values.shape[0])
    return values * row_mask.reshape((-1,) + (1,) * (values.ndim - 1)), jnp.maximum(jnp.sum(row_mask), 1.0)


def _strengths(node: Node, field: str) -> dict[str, float]:
    config = node.config.get(field)
    if config is None:
        return {}
    if not _is_known(config):
        name = config.get("class_name") if isinstance(config, dict) else config
        raise Unsupported(f"{field} of layer {node.layer_name!r}", f"{name!r}")
    return {kind: float(config["config"][kind]) for kind in ("l1", "l2") if config["config"].get(kind) is not None}


def _is_known(config: Any) -> bool:
    kind = (config.get("module"), config.get("class_name")) if isinstance(config, dict) else ()
    return kind in {("keras.regularizers", name) for name in ("L1", "L2", "L1L2")}
