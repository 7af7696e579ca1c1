"""Depthwise separable convolutions with residual stages: the entry flow of Xception at small size.

Chollet 2016, arXiv 1610.02357, figure 5. Depthwise kernels are not penalised: they hold few weights (Howard et al.
2017, arXiv 1704.04861, section 3.2, advise the same).
"""

from typing import Any

from keras import layers

from layersmith.families.conv.options import ConvOptions
from layersmith.families.conv.scale import can_halve, halved, width
from layersmith.families.convolution import activated, normalized, shortcut, thinned, unit
from layersmith.families.penalty import penalty

__all__ = ["separable"]


def separable(features: Any, options: ConvOptions) -> Any:
    """Return feature maps `(batch, height, width, channels)` after all stages."""
    features = unit(features, options.filters, options, kernel_size=options.kernel_size)
    for stage in range(options.stages):
        features = _stage(features, width(options, stage), options)
    return activated(features, options)


def _stage(features: Any, filters: int, options: ConvOptions) -> Any:
    """Return activation, separable convolution and normalisation, repeated, halved, with the way around added."""
    inner = features
    for _ in range(options.blocks):
        inner = normalized(_convolved(activated(inner, options), filters, options), options)
    around = shortcut(features, filters, options, strides=2 if can_halve(features) else 1)
    return thinned(layers.Add()([halved(inner), around]), options.spatial_dropout)


def _convolved(features: Any, filters: int, options: ConvOptions) -> Any:
    layer = layers.SeparableConv2D(
        filters,
        options.kernel_size,
        padding="same",
        use_bias=options.use_bias,
        depthwise_initializer=options.initializer,
        pointwise_initializer=options.initializer,
        pointwise_regularizer=penalty(options.l1, options.l2),
    )
    return layer(features)
