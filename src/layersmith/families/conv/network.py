"""An image network from its options: augmentation, strided front, stages, ending."""

from collections.abc import Callable, Mapping
from typing import Any

from keras import layers

from layersmith.families.conv.augment import augmented
from layersmith.families.conv.lenet import lenet
from layersmith.families.conv.options import ConvOptions
from layersmith.families.conv.residual import residual
from layersmith.families.conv.separable import separable
from layersmith.families.conv.vgg import vgg
from layersmith.families.convolution import average, normalized, unit
from layersmith.families.penalty import penalty

__all__ = ["TRUNKS", "network"]

TRUNKS: Mapping[str, Callable[[Any, ConvOptions], Any]] = {
    "lenet": lenet,
    "residual": residual,
    "separable": separable,
    "vgg": vgg,
}
_LARGEST_FLAT = 7  # positions along each axis in front of dense layers, as in VGG


def network(features: Any, options: ConvOptions) -> Any:
    """Return the image network's last features.

    Args:
        features: Scaled images `(batch, height, width, channels)`.
        options: The network's options.

    Returns:
        `(batch, units)`.
    """
    features = augmented(features, options.augment)
    if options.stride > 1:
        features = unit(features, options.filters, options, kernel_size=2 * options.stride - 1, strides=options.stride)
    features = TRUNKS[options.style](features, options)
    features = average(features) if options.ending == "average" else _dense(features, options)
    return layers.Dropout(options.dropout)(features) if options.dropout else features


def _dense(features: Any, options: ConvOptions) -> Any:
    """Return dense layers over the flattened map, averaged down to 7x7 positions where it is larger."""
    pool = tuple(-(-side // _LARGEST_FLAT) for side in features.shape[1:3])
    if max(pool) > 1:
        features = layers.AveragePooling2D(pool, padding="same")(features)
    features = layers.Flatten()(features)
    for _ in range(options.dense_layers):
        features = layers.Dense(
            options.units,
            use_bias=options.use_bias,
            kernel_initializer=options.initializer,
            kernel_regularizer=penalty(options.l1, options.l2),
        )(features)
        features = layers.Activation(options.activation)(normalized(features, options))
    return features
