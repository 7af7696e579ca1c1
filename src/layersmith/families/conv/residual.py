"""The small residual network: a 1-convolution stem, then stages of two-convolution blocks.

He et al. 2015, arXiv 1512.03385, section 4.2: 6n + 2 layers for three stages of n blocks, 0.27 million parameters for
n = 3 and 16 filters. The kernel of the stem is the kernel of the blocks.
"""

from typing import Any

from keras import layers

from layersmith.families.conv.options import ConvOptions
from layersmith.families.conv.scale import can_halve, width
from layersmith.families.convolution import activated, convolved, normalized, shortcut, thinned, unit

__all__ = ["residual"]


def residual(features: Any, options: ConvOptions) -> Any:
    """Return feature maps `(batch, height, width, channels)` after all stages."""
    features = unit(features, options.filters, options, kernel_size=options.kernel_size)
    for stage in range(options.stages):
        for block in range(options.blocks):
            strides = 2 if stage and not block and can_halve(features) else 1
            features = _block(features, width(options, stage), options, strides=strides)
    return features


def _block(features: Any, filters: int, options: ConvOptions, *, strides: int) -> Any:
    inner = unit(features, filters, options, kernel_size=options.kernel_size, strides=strides)
    inner = normalized(convolved(inner, filters, options, kernel_size=options.kernel_size), options)
    added = layers.Add()([inner, shortcut(features, filters, options, strides=strides)])
    return thinned(activated(added, options), options.spatial_dropout)
