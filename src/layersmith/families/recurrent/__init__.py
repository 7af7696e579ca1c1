"""Recurrent networks for series: LSTM and GRU, stacked, bidirectional.

Map: `options` (the space), `network` (assembly), `published` (where a search starts).
"""

from typing import Any

from layersmith.data.spec import DataSpec, Kind
from layersmith.families.recurrent.options import RecurrentOptions, space
from layersmith.families.recurrent.published import portfolio

__all__ = ["KINDS", "NAME", "RecurrentOptions", "body", "portfolio", "space"]

NAME = "recurrent"
KINDS: tuple[Kind, ...] = (Kind.SERIES, Kind.FORECAST)


def body(features: Any, options: RecurrentOptions, spec: DataSpec) -> Any:  # noqa: ARG001 - every family takes it
    """Return the network between scaled series and the output layer.

    Args:
        features: `(batch, steps, channels)`.
        options: A point of the space.
        spec: What the data is.

    Returns:
        `(batch, units)`.
    """
    from layersmith.families.recurrent.network import network

    return network(features, options)
