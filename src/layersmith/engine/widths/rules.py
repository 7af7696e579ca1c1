"""How a padded feature axis passes through a layer: one row per layer class.

Padding works because padded features are zero and stay zero. Their weights start at zero; a zero feature sends no
gradient to the weights that read it, and zero weights send none to the feature. So every optimizer leaves them alone,
every penalty counts them as nothing, and no gradient needs a mask. A rule says where the axis goes, which axes its
weights have, and whether the output is zero where the input was; where it is not (sigmoid gives 1/2 at 0, Gaussian
noise anything) the network sets it to zero again. A layer without a row takes no padded axis.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from layersmith.engine.lower.activations import name_of
from layersmith.engine.widths.activation import keeps_zero
from layersmith.engine.widths.axis import Axis, joined, padded, repeated, spread, whole
from layersmith.graph import Node

__all__ = ["RULES", "WIDTH", "Fixed", "Passage", "WeightAxes", "pass_through"]

WeightAxes: TypeAlias = tuple[Axis | None, ...]  # one for each axis of a weight; None where it has no features


class Fixed(Exception):  # noqa: N818 - a finding, not an error
    """An axis reaches something that takes no padding.

    Attributes:
        origins: The layers whose widths must stay as they are.
    """

    def __init__(self, axes: Sequence[Axis]) -> None:
        super().__init__()
        self.origins = frozenset[str]().union(*(axis.origins for axis in axes))


@dataclass(frozen=True, kw_only=True, eq=False)
class Passage:
    """What a layer makes of its input's axes.

    Attributes:
        output: Last axis of every output.
        weights: Axes of each weight, by the last part of its short name.
        config: Entries of the configuration that follow the width.
        zero: Whether padded outputs are zero by themselves.
        live: Whether the layer must know which features are live.
    """

    output: Axis
    weights: Mapping[str, WeightAxes] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    zero: bool = True
    live: bool = False


Rule: TypeAlias = Callable[[Node, Sequence[Axis], int | None], Passage]  # the layer's inputs, the size to pad it to
WIDTH: Mapping[str, str] = {  # classes whose width may be padded, and where their configuration holds it
    "Conv1D": "filters",
    "Conv1DTranspose": "filters",
    "Conv2D": "filters",
    "Conv2DTranspose": "filters",
    "Conv3D": "filters",
    "Dense": "units",
    "Embedding": "output_dim",
    "GRU": "units",
    "LSTM": "units",
    "SeparableConv1D": "filters",
    "SeparableConv2D": "filters",
    "SimpleRNN": "units",
}
_ACROSS_FEATURES = ("log_softmax", "softmax", "sparsemax")


def pass_through(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    """Return where the axes go.

    Args:
        node: A call of a layer or operation.
        axes: Last axis of each input.
        size: What its own width is padded to; None where it is not.

    Raises:
        Fixed: If one of the axes may not be padded.
    """
    rule = RULES.get(node.class_name) if node.module == "keras.layers" else None
    if any(axis.origins for axis in axes) or size is not None:
        if rule is None:
            raise Fixed(axes)
        return rule(node, axes, size)
    return Passage(output=whole(node.output_shape[-1] or 0) if node.output_shape else whole(0))


def _own(node: Node, size: int | None) -> Axis:
    width = int(node.config[WIDTH[node.class_name]])
    return whole(width) if size is None else padded(width, size, node.layer_name)


def _single(axes: Sequence[Axis]) -> Axis:
    """Return the axis of the only input that may be padded: the first."""
    if any(axis.origins for axis in axes[1:]):
        raise Fixed(axes)
    return axes[0]


def _activated(node: Node, axis: Axis) -> bool:
    """Return whether the activation keeps zeros."""
    if axis.origins and name_of(node.config.get("activation")) in _ACROSS_FEATURES:
        raise Fixed([axis])
    return keeps_zero(node.config.get("activation"))


def _width(node: Node, axis: Axis) -> dict[str, int]:
    return {WIDTH[node.class_name]: axis.size}


def _dense(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    own = _own(node, size)
    zero = _activated(node, own)
    weights: dict[str, WeightAxes] = {"kernel": (_single(axes), own), "bias": (own,)}
    return Passage(output=own, weights=weights, config=_width(node, own), zero=zero)


def _conv(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    own = _own(node, size)
    if node.config.get("groups", 1) != 1:
        raise Fixed([*axes, own])
    zero, space = _activated(node, own), (None,) * len(node.config["kernel_size"])
    weights: dict[str, WeightAxes] = {"kernel": (*space, _single(axes), own), "bias": (own,)}
    return Passage(output=own, weights=weights, config=_width(node, own), zero=zero)


def _conv_transpose(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    own = _own(node, size)
    zero, space = _activated(node, own), (None,) * len(node.config["kernel_size"])
    weights: dict[str, WeightAxes] = {"kernel": (*space, own, _single(axes)), "bias": (own,)}
    return Passage(output=own, weights=weights, config=_width(node, own), zero=zero)


def _separable(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    own, axis, space = _own(node, size), _single(axes), (None,) * len(node.config["kernel_size"])
    mixed = spread(axis, int(node.config["depth_multiplier"]))
    weights: dict[str, WeightAxes] = {
        "depthwise_kernel": (*space, axis, None),
        "pointwise_kernel": (*space, mixed, own),
        "bias": (own,),
    }
    return Passage(output=own, weights=weights, config=_width(node, own), zero=_activated(node, own))


def _depthwise(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del size
    axis, space = _single(axes), (None,) * len(node.config["kernel_size"])
    mixed = spread(axis, int(node.config["depth_multiplier"]))
    weights: dict[str, WeightAxes] = {"kernel": (*space, axis, None), "bias": (mixed,)}
    return Passage(output=mixed, weights=weights, zero=_activated(node, mixed))


def _recurrent(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    own = _own(node, size)
    if not keeps_zero(node.config["activation"]):
        raise Fixed([*axes, own])  # the state itself would leave zero, inside of the scan
    gates = repeated(own, {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}[node.class_name])
    bias: WeightAxes = (None, gates) if node.config.get("reset_after") and node.class_name == "GRU" else (gates,)
    weights: dict[str, WeightAxes] = {"kernel": (_single(axes), gates), "recurrent_kernel": (own, gates), "bias": bias}
    return Passage(output=own, weights=weights, config=_width(node, own))


def _embedding(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del axes
    own = _own(node, size)
    return Passage(output=own, weights={"embeddings": (None, own)}, config=_width(node, own))


def _per_feature(node: Node, axes: Sequence[Axis], *, live: bool) -> Passage:
    """A normalisation with one scale and one offset a feature, over the last axis."""
    axis, given = _single(axes), node.config["axis"]
    listed = list(given) if isinstance(given, (list, tuple)) else [given]
    if [place % len(node.output_shape) for place in listed] != [len(node.output_shape) - 1]:
        raise Fixed(axes)
    names = ("gamma", "beta", "moving_mean", "moving_variance", "scale")
    return Passage(output=axis, weights=dict.fromkeys(names, (axis,)), live=live)


def _flatten(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del size
    width = node.output_shape[-1]
    if width is None or width % len(axes[0].places):
        raise Fixed(axes)
    return Passage(output=repeated(_single(axes), width // len(axes[0].places)))


def _concatenate(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    if node.config["axis"] % len(node.output_shape) == len(node.output_shape) - 1:
        return Passage(output=joined(axes))
    return _merged(node, axes, size)


def _merged(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del node, size
    if not all(axis.same(axes[0]) for axis in axes):
        raise Fixed(axes)
    origins = frozenset[str]().union(*(axis.origins for axis in axes))
    return Passage(output=Axis(places=axes[0].places, size=axes[0].size, origins=origins))


def _passed(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del node, size
    return Passage(output=_single(axes))


def _noised(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    """Dropout: a noise shape must not name the width."""
    del size
    shape = node.config.get("noise_shape")
    if shape is not None and shape[-1] not in (None, 1):
        raise Fixed(axes)
    return Passage(output=_single(axes), zero=node.class_name not in ("AlphaDropout", "GaussianNoise"))


def _activation(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del size
    return Passage(output=_single(axes), zero=_activated(node, _single(axes)))


def _relu(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del size
    return Passage(output=_single(axes), zero=not node.config["threshold"])


def _prelu(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del size
    axis, (shape,) = _single(axes), node.weights.values()
    last = axis if shape[-1] == len(axis.places) and len(node.output_shape) == len(shape) + 1 else None
    if last is None and shape[-1] != 1:
        raise Fixed(axes)
    return Passage(output=axis, weights={"alpha": (*(None,) * (len(shape) - 1), last)})


def _rescaled(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del size
    if np.ndim(node.config["scale"]) or np.ndim(node.config["offset"]):
        raise Fixed(axes)
    return Passage(output=_single(axes), zero=not node.config["offset"])


def _batch_normalization(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del size
    return _per_feature(node, axes, live=False)


def _row_normalization(node: Node, axes: Sequence[Axis], size: int | None) -> Passage:
    del size
    return _per_feature(node, axes, live=True)


_ELEMENTWISE = ("ELU", "Identity", "LeakyReLU", "Masking")
_SPACE = ("AveragePooling", "Cropping", "GlobalAveragePooling", "GlobalMaxPooling", "MaxPooling", "UpSampling")
_MERGES = ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")
_DROPOUTS = ("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise")

RULES: Mapping[str, Rule] = {
    **dict.fromkeys((*_ELEMENTWISE, "RepeatVector"), _passed),
    **{f"{name}{rank}D": _passed for name in (*_SPACE, "ZeroPadding") for rank in (1, 2, 3)},
    **dict.fromkeys(_MERGES, _merged),
    **dict.fromkeys((*_DROPOUTS, "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), _noised),
    "Activation": _activation,
    "BatchNormalization": _batch_normalization,
    "Concatenate": _concatenate,
    "Conv1D": _conv,
    "Conv1DTranspose": _conv_transpose,
    "Conv2D": _conv,
    "Conv2DTranspose": _conv_transpose,
    "Conv3D": _conv,
    "Dense": _dense,
    "DepthwiseConv1D": _depthwise,
    "DepthwiseConv2D": _depthwise,
    "Embedding": _embedding,
    "Flatten": _flatten,
    "GRU": _recurrent,
    "LayerNormalization": _row_normalization,
    "LSTM": _recurrent,
    "PReLU": _prelu,
    "ReLU": _relu,
    "Rescaling": _rescaled,
    "SeparableConv1D": _separable,
    "SeparableConv2D": _separable,
    "SimpleRNN": _recurrent,
}
