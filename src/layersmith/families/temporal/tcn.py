"""The temporal convolutional network: causal convolutions whose dilation grows from level to level.

Bai et al. 2018, arXiv 1803.01271, figure 1: two dilated convolutions with channel dropout per level, a way around each
level. Their weight normalisation is no Keras layer; `normalization` may take its place: none of its choices lets a step
see its future once training is over.
"""

from typing import Any

from keras import layers

from layersmith.families.convolution import activated, convolved, normalized, thinned
from layersmith.families.temporal.options import TemporalOptions

__all__ = ["tcn"]


def tcn(features: Any, options: TemporalOptions) -> Any:
    """Return features `(batch, steps, filters)` after `depth` levels."""
    for level in range(options.depth):
        features = _level(features, options, dilation=options.dilation_base**level)
    return features


def _level(features: Any, options: TemporalOptions, *, dilation: int) -> Any:
    inner = _causal(_causal(features, options, dilation=dilation), options, dilation=dilation)
    around = features
    if features.shape[-1] != options.filters:
        around = convolved(features, options.filters, options, kernel_size=1)
    return activated(layers.Add()([inner, around]), options)


def _causal(features: Any, options: TemporalOptions, *, dilation: int) -> Any:
    size = options.kernel_size
    dilation = min(dilation, features.shape[1])  # further back there is only padding
    inner = convolved(features, options.filters, options, kernel_size=size, dilation=dilation, causal=True)
    return thinned(activated(normalized(inner, options), options), options.spatial_dropout)
