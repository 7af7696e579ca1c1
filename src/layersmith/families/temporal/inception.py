"""InceptionTime, one network of its ensemble: modules of parallel kernels, a way around every third.

Fawaz et al. 2019, arXiv 1909.04939, figure 1: a bottleneck of 32 channels, kernels of 10, 20 and 40 steps and a pooled
branch of 32 filters each, six modules.
"""

from typing import Any

from keras import layers

from layersmith.families.convolution import activated, convolved, normalized, thinned
from layersmith.families.temporal.options import TemporalOptions
from layersmith.families.temporal.reach import branching

__all__ = ["inception"]

_PERIOD = 3  # modules per way around


def inception(features: Any, options: TemporalOptions) -> Any:
    """Return features `(batch, steps, 4 * filters)` after `depth` modules."""
    start = features
    for index in range(options.depth):
        features = _module(features, options)
        if index % _PERIOD == _PERIOD - 1:
            start = features = _joined(features, start, options)
    return features


def _module(features: Any, options: TemporalOptions) -> Any:
    narrow = features
    if features.shape[-1] > options.filters:
        narrow = convolved(features, options.filters, options, kernel_size=1)
    sizes = branching(options.kernel_size, features.shape[1])
    branches = [convolved(narrow, options.filters, options, kernel_size=size) for size in sizes]
    pooled = layers.MaxPooling1D(3, strides=1, padding="same")(features)
    branches.append(convolved(pooled, options.filters, options, kernel_size=1))
    joined = normalized(layers.Concatenate()(branches), options)
    return thinned(activated(joined, options), options.spatial_dropout)


def _joined(features: Any, start: Any, options: TemporalOptions) -> Any:
    """Return the features with those from three modules before added; the authors always convolve the way around."""
    around = normalized(convolved(start, features.shape[-1], options, kernel_size=1), options)
    return activated(layers.Add()([features, around]), options)
