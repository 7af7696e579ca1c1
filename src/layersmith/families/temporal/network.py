"""A network over time from its options: strided front, layers, ending."""

from collections.abc import Callable, Mapping
from typing import Any

from keras import layers

from layersmith.families.convolution import average, unit
from layersmith.families.temporal.fcn import fcn
from layersmith.families.temporal.inception import inception
from layersmith.families.temporal.options import TemporalOptions
from layersmith.families.temporal.residual import residual
from layersmith.families.temporal.tcn import tcn

__all__ = ["TRUNKS", "network"]

TRUNKS: Mapping[str, Callable[[Any, TemporalOptions], Any]] = {
    "fcn": fcn,
    "inception": inception,
    "residual": residual,
    "tcn": tcn,
}


def network(features: Any, options: TemporalOptions) -> Any:
    """Return the last features of a network over time.

    Args:
        features: Scaled series `(batch, steps, channels)`.
        options: The network's options.

    Returns:
        `(batch, units)`.
    """
    if options.stride > 1:
        features = unit(features, options.filters, options, kernel_size=2 * options.stride, strides=options.stride)
    features = _ended(TRUNKS[options.style](features, options), options.ending)
    return layers.Dropout(options.dropout)(features) if options.dropout else features


def _ended(features: Any, ending: str) -> Any:
    """Return `(batch, units)` of features `(batch, steps, channels)`."""
    if ending == "last":
        return layers.Flatten()(layers.Cropping1D((features.shape[1] - 1, 0))(features))
    if ending == "flatten":
        return layers.Flatten()(features)
    return layers.GlobalMaxPooling1D()(features) if ending == "max" else average(features)
