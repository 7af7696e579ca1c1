"""Windows that slide over the space of an image, a series or a volume: the arithmetic of convolution and pooling.

Inputs are `(batch, *space, channels)`. A window of size k with dilation d covers e = d (k - 1) + 1 positions. With
stride s over n positions it stops at

    valid   floor((n - e) / s) + 1          same   ceil(n / s), zeros on both sides, the odd one at the end

places (`SAME` and `VALID` of XLA); causal is valid after e - 1 zeros at the start (keras/src/layers/convolutional).
A tap is one position inside the window. `shifted_slices` gives one strided slice of the input for every tap, so that
convolution is a matmul and pooling a few elementwise operations: on a CPU, within `lax.scan`, XLA's own convolution
and window reductions are many times slower.
"""

import itertools
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp

from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["Pads", "Window", "require_channels_last", "shifted_slices", "window_of"]

Pads: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Window:
    """A sliding window; every tuple has one entry for each axis of space.

    Attributes:
        size: Taps along each axis.
        strides: Steps between neighbouring windows.
        dilation: Steps between neighbouring taps.
        padding: `valid`, `same` or `causal`.

    Example:
        >>> window = Window(size=(3,), strides=(2,), dilation=(1,), padding="same")
        >>> window.pads((6,)), window.stops((6,))
        (((0, 1),), (3,))
    """

    size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: str

    @property
    def taps(self) -> tuple[tuple[int, ...], ...]:
        """Positions inside the window, in row-major order."""
        return tuple(itertools.product(*(range(length) for length in self.size)))

    @property
    def extents(self) -> tuple[int, ...]:
        """Positions from the first tap to the last, both included."""
        return tuple(step * (length - 1) + 1 for length, step in zip(self.size, self.dilation, strict=True))

    def pads(self, space: tuple[int, ...]) -> Pads:
        """Return what is added before and after each axis of the input."""
        if self.padding == "valid":
            return ((0, 0),) * len(space)
        if self.padding == "causal":
            return tuple((extent - 1, 0) for extent in self.extents)
        totals = (
            max((-(-length // stride) - 1) * stride + extent - length, 0)
            for length, stride, extent in zip(space, self.strides, self.extents, strict=True)
        )
        return tuple((total // 2, total - total // 2) for total in totals)

    def stops(self, space: tuple[int, ...]) -> tuple[int, ...]:
        """Return how many places the window stops at along each axis."""
        axes = zip(space, self.pads(space), self.strides, self.extents, strict=True)
        return tuple((length + sum(pad) - extent) // stride + 1 for length, pad, stride, extent in axes)


def require_channels_last(node: Node) -> None:
    """Refuse a layer whose channels come before its space.

    Raises:
        Unsupported: If `data_format` is `channels_first`.
    """
    if node.config.get("data_format", "channels_last") != "channels_last":
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", "data_format 'channels_first'")


def window_of(node: Node, size: str = "kernel_size") -> Window:
    """Return the window of a convolution or pooling layer.

    Args:
        node: A call of the layer.
        size: Name of the configuration's entry that holds the window's size.

    Raises:
        Unsupported: If channels come first, or the padding is unknown.
    """
    require_channels_last(node)
    config = node.config
    lengths = tuple(int(length) for length in config[size])
    if config["padding"] not in ("valid", "same", "causal"):
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", f"padding {config['padding']!r}")
    return Window(
        size=lengths,
        strides=tuple(int(stride) for stride in config["strides"]),
        dilation=tuple(int(step) for step in config.get("dilation_rate", (1,) * len(lengths))),
        padding=config["padding"],
    )


def shifted_slices(x: Any, window: Window, fill: float = 0.0) -> list[Any]:
    """Return one slice of the input for each tap, in row-major order of the taps.

    Args:
        x: `(batch, *space, channels)`.
        window: Taps, strides, dilation and padding.
        fill: What is read outside of the input.

    Returns:
        Arrays `(batch, *stops, channels)`.

    Example:
        >>> window = Window(size=(2,), strides=(1,), dilation=(1,), padding="valid")
        >>> [part.ravel().tolist() for part in shifted_slices(jnp.arange(4.0).reshape(1, 4, 1), window)]
        [[0.0, 1.0, 2.0], [1.0, 2.0, 3.0]]
    """
    space = x.shape[1:-1]
    stops, pads = window.stops(space), window.pads(space)
    if any(any(pad) for pad in pads):
        x = jnp.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)
    slices = []
    for tap in window.taps:
        starts = [step * place for step, place in zip(window.dilation, tap, strict=True)]
        ends = [
            start + (count - 1) * stride + 1 for start, count, stride in zip(starts, stops, window.strides, strict=True)
        ]
        bounds = (0, *starts, 0), (x.shape[0], *ends, x.shape[-1]), (1, *window.strides, 1)
        slices.append(jax.lax.slice(x, *bounds))
    return slices
