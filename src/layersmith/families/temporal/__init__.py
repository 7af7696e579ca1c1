"""Convolutional networks over time: FCN, residual, InceptionTime, TCN.

Map: `options` (the space), `network` (assembly), one file per style, `published` (where a search starts).
"""

from typing import Any

from layersmith.data.spec import DataSpec, Kind
from layersmith.families.temporal.options import TemporalOptions, space
from layersmith.families.temporal.published import portfolio

__all__ = ["KINDS", "NAME", "TemporalOptions", "body", "portfolio", "space"]

NAME = "temporal"
KINDS: tuple[Kind, ...] = (Kind.SERIES, Kind.FORECAST)


def body(features: Any, options: TemporalOptions, spec: DataSpec) -> Any:  # noqa: ARG001 - every family takes it
    """Return the network between scaled series and the output layer.

    Args:
        features: `(batch, steps, channels)`.
        options: A point of the space.
        spec: What the data is.

    Returns:
        `(batch, units)`.
    """
    from layersmith.families.temporal.network import network

    return network(features, options)
