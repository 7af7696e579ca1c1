"""The fully convolutional network: kernels shrink, the middle layers are twice as wide.

Wang et al. 2016, arXiv 1611.06455, section 2.2: 128, 256 and 128 filters with kernels of 8, 5 and 3 steps.
"""

from typing import Any

from layersmith.families.convolution import unit
from layersmith.families.temporal.options import TemporalOptions
from layersmith.families.temporal.reach import shrinking

__all__ = ["fcn"]


def fcn(features: Any, options: TemporalOptions) -> Any:
    """Return features `(batch, steps, filters)` after `depth` layers."""
    sizes = shrinking(options.kernel_size, features.shape[1])
    for index in range(options.depth):
        inside = 0 < index < options.depth - 1
        filters = 2 * options.filters if inside else options.filters
        features = unit(features, filters, options, kernel_size=sizes[min(index, len(sizes) - 1)])
    return features
