"""VGG: several small convolutions, then a pooling, per stage.

Simonyan & Zisserman 2014, arXiv 1409.1556, table 1.
"""

from typing import Any

from layersmith.families.conv.options import ConvOptions
from layersmith.families.conv.scale import halved, width
from layersmith.families.convolution import unit

__all__ = ["vgg"]


def vgg(features: Any, options: ConvOptions) -> Any:
    """Return feature maps `(batch, height, width, channels)` after all stages."""
    for stage in range(options.stages):
        for _ in range(options.blocks):
            features = unit(features, width(options, stage), options, kernel_size=options.kernel_size)
        features = halved(features)
    return features
