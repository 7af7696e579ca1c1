"""Convolution, normalisation and activation over time or over an image: the rank of the features decides.

Features are `(batch, steps, channels)` or `(batch, height, width, channels)`; every function returns features of the
same rank.
"""

from typing import Any

from keras import layers

from layersmith.families.kernels import KernelOptions
from layersmith.families.penalty import penalty

__all__ = ["activated", "average", "convolved", "normalized", "shortcut", "thinned", "unit"]

_CONVOLUTION = {3: layers.Conv1D, 4: layers.Conv2D}
_AVERAGE = {3: layers.GlobalAveragePooling1D, 4: layers.GlobalAveragePooling2D}
_DROPOUT = {3: layers.SpatialDropout1D, 4: layers.SpatialDropout2D}
_MOMENTUM = 0.9  # Keras' 0.99 needs some 500 updates to forget its start; small data and early rungs have fewer


def convolved(
    features: Any,
    filters: int,
    options: KernelOptions,
    *,
    kernel_size: int,
    strides: int = 1,
    dilation: int = 1,
    causal: bool = False,
) -> Any:
    """Return the convolution alone, padded so that only `strides` changes the size.

    Args:
        features: `(batch, steps, channels)` or `(batch, height, width, channels)`.
        filters: Channels of the result.
        options: Bias, initialiser and penalties.
        kernel_size: Positions a kernel covers along each axis.
        strides: Positions from one application to the next.
        dilation: Distance between the positions a kernel covers.
        causal: Whether a step sees only itself and the past (series only).
    """
    layer = _CONVOLUTION[len(features.shape)](
        filters,
        kernel_size,
        strides=strides,
        dilation_rate=dilation,
        padding="causal" if causal else "same",
        use_bias=options.use_bias,
        kernel_initializer=options.initializer,
        kernel_regularizer=penalty(options.l1, options.l2),
    )
    return layer(features)


def normalized(features: Any, options: KernelOptions) -> Any:
    """Return features normalised over the batch, over the channels of each position, or as they are."""
    if options.normalization == "batch":
        return layers.BatchNormalization(momentum=_MOMENTUM)(features)
    if options.normalization == "layer":
        return layers.LayerNormalization()(features)
    return features


def activated(features: Any, options: KernelOptions) -> Any:
    """Return features behind the activation function."""
    return layers.Activation(options.activation)(features)


def thinned(features: Any, rate: float) -> Any:
    """Return features of which whole channels are dropped in training (Tompson et al. 2014, arXiv 1411.4280)."""
    return _DROPOUT[len(features.shape)](rate)(features) if rate else features


def unit(
    features: Any,
    filters: int,
    options: KernelOptions,
    *,
    kernel_size: int,
    strides: int = 1,
) -> Any:
    """Return convolution, normalisation, activation and channel dropout in this order."""
    convolution = convolved(features, filters, options, kernel_size=kernel_size, strides=strides)
    return thinned(activated(normalized(convolution, options), options), options.spatial_dropout)


def shortcut(features: Any, filters: int, options: KernelOptions, *, strides: int = 1) -> Any:
    """Return what a residual block adds back: the features, or a 1-wide convolution where the shape changes.

    This is option B of He et al. 2015 (arXiv 1512.03385, section 3.3).
    """
    if features.shape[-1] == filters and strides == 1:
        return features
    return normalized(convolved(features, filters, options, kernel_size=1, strides=strides), options)


def average(features: Any) -> Any:
    """Return the mean over all positions, `(batch, channels)` (Lin et al. 2013, arXiv 1312.4400)."""
    return _AVERAGE[len(features.shape)]()(features)
