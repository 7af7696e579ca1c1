"""A feature axis that is wider than the features it holds.

A width of 48 in a program made for 64 occupies the first 48 places. After `Flatten` and `Concatenate`, and before the
gates of a recurrent cell, the live places lie in pieces; an axis knows them one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["Axis", "joined", "padded", "repeated", "whole"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Axis:
    """Which places of an axis are live.

    Attributes:
        places: Increasing positions of the live features.
        size: Length of the axis.
        origins: Layers whose padded width this is; empty where nothing is padded.
    """

    places: NDArray[np.int64]
    size: int
    origins: frozenset[str] = frozenset()

    @cached_property
    def mask(self) -> NDArray[np.float32]:
        """1 at live places, 0 elsewhere: `(size,)`."""
        mask = np.zeros(self.size, np.float32)
        mask[self.places] = 1.0
        return mask

    def same(self, other: "Axis") -> bool:
        """Whether both axes have the same live places."""
        return self.size == other.size and np.array_equal(self.places, other.places)


def whole(width: int) -> Axis:
    """Return an axis without padding."""
    return Axis(places=np.arange(width), size=width)


def padded(width: int, size: int, origin: str) -> Axis:
    """Return the axis of a layer's `width` features, padded at the end to `size`.

    Example:
        >>> padded(2, 3, "dense").mask.tolist()
        [1.0, 1.0, 0.0]
    """
    return Axis(places=np.arange(width), size=size, origins=frozenset([origin]))


def joined(axes: Sequence[Axis]) -> Axis:
    """Return the axes one after another, as `Concatenate` lays them out.

    Example:
        >>> joined([padded(1, 2, "a"), padded(2, 2, "b")]).places.tolist()
        [0, 2, 3]
    """
    starts = np.cumsum([0, *(axis.size for axis in axes)])
    places = [axis.places + start for axis, start in zip(axes, starts, strict=False)]
    origins = frozenset[str]().union(*(axis.origins for axis in axes))
    return Axis(places=np.concatenate(places), size=int(starts[-1]), origins=origins)


def repeated(axis: Axis, times: int) -> Axis:
    """Return the axis `times` times in a row: the gates of a cell, the positions of `Flatten`."""
    return joined([axis] * times)


def spread(axis: Axis, times: int) -> Axis:
    """Return the axis with every feature `times` times in a row, as a depthwise convolution multiplies channels.

    Example:
        >>> spread(padded(2, 3, "conv"), 2).places.tolist()
        [0, 1, 2, 3]
    """
    places = (axis.places[:, None] * times + np.arange(times)).ravel()
    return Axis(places=places, size=axis.size * times, origins=axis.origins)
