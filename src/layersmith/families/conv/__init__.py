"""Networks for images: LeNet, VGG, residual, depthwise separable.

Map: `options` (the space), `network` (assembly), one file per style, `published` (where a search starts).
"""

from typing import Any

from layersmith.data.spec import DataSpec, Kind
from layersmith.families.conv.options import ConvOptions, space
from layersmith.families.conv.published import portfolio

__all__ = ["KINDS", "NAME", "ConvOptions", "body", "portfolio", "space"]

NAME = "conv"
KINDS: tuple[Kind, ...] = (Kind.IMAGE,)


def body(features: Any, options: ConvOptions, spec: DataSpec) -> Any:  # noqa: ARG001 - every family takes it
    """Return the network between scaled images and the output layer.

    Args:
        features: `(batch, height, width, channels)`.
        options: A point of the space.
        spec: What the data is.

    Returns:
        `(batch, units)`.
    """
    from layersmith.families.conv.network import network

    return network(features, options)
