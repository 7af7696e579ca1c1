"""TimeDistributed: one layer on every step (keras/src/layers/rnn/time_distributed.py).

Keras calls the layer once per step. For layers that treat each row alone that equals one call on all steps as rows,
which is what runs here; layers that mix rows are refused.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.wrapped import inner_node, within
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["time_distributed"]

_TAKES_MASK = frozenset({"GRU", "GlobalAveragePooling1D", "LSTM", "RNN", "SimpleRNN", "Softmax"})
_ROWWISE = _TAKES_MASK | {
    *("Activation", "Dense", "Dropout", "ELU", "EinsumDense", "Flatten", "LeakyReLU", "PReLU", "ReLU", "Rescaling"),
    *("AveragePooling1D", "AveragePooling2D", "MaxPooling1D", "MaxPooling2D"),
    *("Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
    *("GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D"),
    *("GaussianDropout", "GaussianNoise", "LayerNormalization", "RMSNormalization", "UnitNormalization"),
    *("Embedding", "RepeatVector", "SpatialDropout1D", "SpatialDropout2D", "ZeroPadding1D", "ZeroPadding2D"),
}


def time_distributed(node: Node, place: Place) -> Forward:
    """Lower `TimeDistributed`: `(batch, steps, ...)` becomes `(batch, steps, *outputs of the layer)`.

    Raises:
        Unsupported: If the wrapped layer has no compiled form, mixes rows, or takes the mask that is given.
    """
    inner = inner_node(node, "layer")
    what = f"layer {node.layer_name!r} (TimeDistributed)"
    if inner.module != "keras.layers" or inner.class_name not in _ROWWISE:
        raise Unsupported(what, f"around {inner.class_name}")
    if inner.class_name in _TAKES_MASK and node.kwargs.get("mask") is not None:
        raise Unsupported(what, f"a mask for {inner.class_name}")
    if inner.config.get("return_state") or inner.config.get("noise_shape") is not None:
        raise Unsupported(what, f"return_state or noise_shape of {inner.class_name}")
    from layersmith.engine.lower.table import find_lowering  # the table holds this lowering too

    own = replace(place, key=f"{place.key}/layer")
    each = find_lowering(inner)(replace(inner, output_shapes=_without_steps(node)), own)

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs
        batch, steps = args[0].shape[:2]
        rows = args[0].reshape((batch * steps, *args[0].shape[2:]))
        row_mask = None if env.row_mask is None else jnp.repeat(env.row_mask, steps)
        output = each(within(weights, "layer/"), (rows,), {}, replace(env, row_mask=row_mask))
        return output.reshape((batch, steps, *output.shape[1:]))

    return forward


def _without_steps(node: Node) -> tuple[tuple[int | None, ...], ...]:
    return tuple((shape[0], *shape[2:]) for shape in node.output_shapes)
