"""TimeDistributed: one layer on every step (keras/src/layers/rnn/time_distributed.py).

Keras calls the layer once per step. For layers that treat each row alone that equals one call on all steps as rows,
which is what runs here; a layer that mixes rows, as batch normalisation does, is called step by step. What Keras does
around a layer's `call`, its activity regulariser above all, it does not do for the layer in here.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.wrapped import inner_node, parts, within
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["time_distributed"]

_MIXES_ROWS = frozenset({"BatchNormalization"})
_TAKES_MASK = _MIXES_ROWS | {
    *("Bidirectional", "GRU", "GlobalAveragePooling1D", "LSTM", "RNN", "SimpleRNN", "Softmax", "TimeDistributed")
}
_STRIDE = 7_368_787  # between the salts of the steps


def time_distributed(node: Node, place: Place) -> Forward:
    """Lower `TimeDistributed`: `(batch, steps, ...)` becomes `(batch, steps, *outputs of the layer)`.

    Raises:
        Unsupported: If the wrapped layer has no compiled form here.
    """
    inner = replace(inner_node(node, "layer"), output_shapes=_without_steps(node))
    _require_covered(node, inner)
    own = replace(place, key=f"{place.key}/layer")
    return _on_steps(inner, own) if inner.class_name in _MIXES_ROWS else _on_rows(inner, own)


def _on_rows(inner: Node, place: Place) -> Forward:
    """Call the layer once, with the steps of all rows as rows."""
    from layersmith.engine.lower.table import find_lowering  # the table holds this lowering too

    each = find_lowering(inner)(inner, place)

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        batch, steps = args[0].shape[:2]
        mask = _mask(inner, kwargs)
        if mask is not None and mask.ndim == 2:
            raise Unsupported(f"layer {inner.layer_name!r} (TimeDistributed)", f"a mask for {inner.class_name}")
        given = {} if mask is None else {"mask": mask.reshape((batch * steps, *mask.shape[2:]))}
        rows = args[0].reshape((batch * steps, *args[0].shape[2:]))
        row_mask = None if env.row_mask is None else jnp.repeat(env.row_mask, steps)
        output = each(within(weights, "layer/"), (rows,), given, replace(env, row_mask=row_mask))
        return output.reshape((batch, steps, *output.shape[1:]))

    return forward


def _on_steps(inner: Node, place: Place) -> Forward:
    """Call the layer once per step."""
    from layersmith.engine.lower.table import find_lowering

    lowering = find_lowering(inner)

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        mask, outputs = _mask(inner, kwargs), []
        for step in range(args[0].shape[1]):
            each = lowering(inner, replace(place, salt=place.salt + step * _STRIDE))
            given = {} if mask is None else {"mask": mask[:, step]}
            outputs.append(each(within(weights, "layer/"), (args[0][:, step],), given, env))
        return jnp.stack(outputs, axis=1)

    return forward


def _mask(inner: Node, kwargs: Mapping[str, Any]) -> Any:
    """Return the mask `(batch, steps, ...)` where the layer takes one."""
    return kwargs.get("mask") if inner.class_name in _TAKES_MASK else None


def _require_covered(node: Node, inner: Node) -> None:
    what = f"layer {node.layer_name!r} (TimeDistributed)"
    for prefix, part in parts(inner):
        if prefix and part.class_name in _MIXES_ROWS:
            raise Unsupported(what, f"around {inner.class_name} around {part.class_name}")
        if part.class_name == "ActivityRegularization" or (prefix and part.config.get("activity_regularizer")):
            raise Unsupported(what, f"activity_regularizer of {part.class_name}")
    if inner.config.get("return_state") or inner.config.get("noise_shape") is not None:
        raise Unsupported(what, f"return_state or noise_shape of {inner.class_name}")


def _without_steps(node: Node) -> tuple[tuple[int | None, ...], ...]:
    return tuple((shape[0], *shape[2:]) for shape in node.output_shapes)
