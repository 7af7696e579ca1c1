"""Widths and sizes of the stages of an image network."""

from typing import Any

from keras import layers

from layersmith.families.conv.options import ConvOptions

__all__ = ["can_halve", "halved", "width"]

_WIDEST = 512
_POOLING = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}


def width(options: ConvOptions, stage: int) -> int:
    """Return the channels of a stage counted from 0: doubled each time, up to 512.

    Example:
        >>> [width(ConvOptions(filters=64), stage) for stage in range(5)]
        [64, 128, 256, 512, 512]
    """
    return min(options.filters << stage, _WIDEST)


def can_halve(features: Any) -> bool:
    """Whether at least 2x2 positions of `(batch, height, width, channels)` remain after halving."""
    return bool(min(features.shape[1:3]) >= 4)


def halved(features: Any, pooling: str = "max") -> Any:
    """Return features pooled over 2x2 positions, or as they are where fewer than 2x2 would remain."""
    return _POOLING[pooling](2, padding="same")(features) if can_halve(features) else features
