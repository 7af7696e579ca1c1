"""The residual network over time: blocks of three convolutions with shrinking kernels.

Wang et al. 2016, arXiv 1611.06455, section 2.3: three blocks of 64, 128 and 128 filters. As in the authors' code, the
way around is normalised also where its shape fits.
"""

from typing import Any

from keras import layers

from layersmith.families.convolution import activated, convolved, normalized, shortcut, thinned, unit
from layersmith.families.temporal.options import TemporalOptions
from layersmith.families.temporal.reach import shrinking

__all__ = ["residual"]


def residual(features: Any, options: TemporalOptions) -> Any:
    """Return features `(batch, steps, channels)` after `depth` blocks."""
    for index in range(options.depth):
        features = _block(features, options.filters if index == 0 else 2 * options.filters, options)
    return features


def _block(features: Any, filters: int, options: TemporalOptions) -> Any:
    first, second, third = shrinking(options.kernel_size, features.shape[1])
    inner = unit(features, filters, options, kernel_size=first)
    inner = unit(inner, filters, options, kernel_size=second)
    inner = normalized(convolved(inner, filters, options, kernel_size=third), options)
    fits = features.shape[-1] == filters
    around = normalized(features, options) if fits else shortcut(features, filters, options)
    return thinned(activated(layers.Add()([inner, around]), options), options.spatial_dropout)
