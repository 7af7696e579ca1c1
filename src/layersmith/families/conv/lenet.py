"""LeNet-5 with today's activation: one large-kernel convolution and one pooling per stage.

LeCun et al. 1998, doi:10.1109/5.726791, figure 2.
"""

from typing import Any

from layersmith.families.conv.options import ConvOptions
from layersmith.families.conv.scale import halved, width
from layersmith.families.convolution import unit

__all__ = ["lenet"]


def lenet(features: Any, options: ConvOptions) -> Any:
    """Return feature maps `(batch, height, width, channels)` after all stages."""
    for stage in range(options.stages):
        features = unit(features, width(options, stage), options, kernel_size=options.kernel_size)
        features = halved(features, options.pooling)
    return features
