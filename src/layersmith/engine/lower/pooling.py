"""MaxPooling and AveragePooling in one, two and three dimensions.

Windows are compared and summed as shifted slices. Among equal values the first one of a window is the maximum and
takes the whole gradient, as in XLA's own window reduction, which remains the way for windows of very many taps.
Padding never counts: it is minus infinity for the maximum, and an average divides by the places that exist.
"""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.windows import Window, shifted_slices, window_of
from layersmith.graph import Node

__all__ = ["average_pooling", "max_pooling"]

_MOST_SLICES = 64  # beyond, the program grows faster than it gains


def max_pooling(node: Node, place: Place) -> Forward:
    """Lower `MaxPooling1D`, `MaxPooling2D` and `MaxPooling3D`.

    Raises:
        Unsupported: If channels come first.
    """
    del place
    window = window_of(node, "pool_size")
    return lambda weights, args, kwargs, env: _largest(args[0], window)


def average_pooling(node: Node, place: Place) -> Forward:
    """Lower `AveragePooling1D`, `AveragePooling2D` and `AveragePooling3D`.

    Raises:
        Unsupported: If channels come first.
    """
    del place
    window = window_of(node, "pool_size")
    return lambda weights, args, kwargs, env: _sums(args[0], window) / _counts(args[0].shape[1:-1], window)


def _largest(x: Any, window: Window) -> Any:
    if len(window.taps) > _MOST_SLICES:
        return _reduce(x, window, -jnp.inf, jax.lax.max)
    first, *others = shifted_slices(x, window, fill=-jnp.inf)
    for other in others:
        first = jnp.where((other > first) | jnp.isnan(other), other, first)
    return first


def _sums(x: Any, window: Window) -> Any:
    if window.padding == "valid" and window.strides == window.size:
        return _tile_sums(x, window)
    if len(window.taps) > _MOST_SLICES:
        return _reduce(x, window, 0.0, jax.lax.add)
    first, *others = shifted_slices(x, window)
    return sum(others, first)


def _tile_sums(x: Any, window: Window) -> Any:
    """Sum windows that neither overlap nor leave gaps."""
    stops = window.stops(x.shape[1:-1])
    ends = (stop * length for stop, length in zip(stops, window.size, strict=True))
    x = x[(slice(None), *(slice(end) for end in ends))]
    tiles = (part for pair in zip(stops, window.size, strict=True) for part in pair)
    return jnp.sum(x.reshape(x.shape[0], *tiles, x.shape[-1]), axis=tuple(range(2, 2 * len(stops) + 1, 2)))


def _reduce(x: Any, window: Window, start: float, function: Any) -> Any:
    pads = ((0, 0), *window.pads(x.shape[1:-1]), (0, 0))
    return jax.lax.reduce_window(x, start, function, (1, *window.size, 1), (1, *window.strides, 1), pads)


def _counts(space: tuple[int, ...], window: Window) -> NDArray[np.float32]:
    """Return how many places of the input each window covers: `(*stops, 1)`, or a scalar where none is cut."""
    if window.padding == "valid":
        return np.asarray(math.prod(window.size), np.float32)
    counts = np.ones((), np.float32)
    axes = zip(space, window.pads(space), window.stops(space), window.size, window.strides, strict=True)
    for length, (before, _), stops, size, stride in axes:
        starts = np.arange(stops) * stride - before
        covered = np.minimum(starts + size, length) - np.maximum(starts, 0)
        counts = counts[..., None] * covered.astype(np.float32)
    return counts[..., None]
