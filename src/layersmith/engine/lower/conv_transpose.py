"""Conv1DTranspose, Conv2DTranspose and Conv3DTranspose: the adjoint of convolution.

    y[b, i * stride + t * dilation - cut, f] += sum over channels c of x[b, i, c] kernel[t, f, c]

for every input place i and tap t. On a CPU one matmul gives the products of all taps; each tap is then laid out with
its stride and added. How much is cut, and how long the output is, follows Keras' meaning of `padding` and
`output_padding` (keras/src/backend/common/backend_utils.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.activations import find_activation
from layersmith.engine.lower.conv import prefers_patches
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.windows import Pads, Window, window_of
from layersmith.graph import Node

__all__ = ["conv_transpose"]


def conv_transpose(node: Node, place: Place) -> Forward:
    """Lower `Conv1DTranspose`, `Conv2DTranspose` and `Conv3DTranspose`.

    Raises:
        Unsupported: If channels come first.
    """
    del place
    window, function = window_of(node), find_activation(node.config["activation"])
    pads = _pads(window, node.config["output_padding"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs, env
        spread = _by_layout if prefers_patches() else _by_xla
        output = spread(args[0].astype(weights["kernel"].dtype), weights["kernel"], window, pads)
        return function(output + weights["bias"] if "bias" in weights else output)

    return forward


def _pads(window: Window, output_padding: tuple[int, ...] | None) -> Pads:
    """Return the zeros around the input, its places `stride` apart, over which the flipped kernel slides."""
    extras = output_padding or (None,) * len(window.size)
    axes = zip(window.extents, window.strides, extras, strict=True)
    return tuple((_valid_pads if window.padding == "valid" else _same_pads)(*axis) for axis in axes)


def _valid_pads(extent: int, stride: int, extra: int | None) -> tuple[int, int]:
    return extent - 1, extent - 1 + (max(extent, stride) - extent if extra is None else extra)


def _same_pads(extent: int, stride: int, extra: int | None) -> tuple[int, int]:
    total = stride + extent - 2 if extra is None else extent + extent % 2 - 2 + extra
    left = min(total // 2 + total % 2, extent - 1)
    return left, total - left


@dataclass(frozen=True, kw_only=True)
class _Axis:
    """One axis of the layout: where the places of one tap come to lie in the output."""

    length: int
    extent: int
    stride: int
    pads: tuple[int, int]

    def edges(self, shift: int) -> tuple[int, int, int]:
        """Return what is added before, after and between the places of a tap; negative numbers cut."""
        spread = (self.length - 1) * self.stride + 1
        before = shift - (self.extent - 1 - self.pads[0])
        output = spread + sum(self.pads) - self.extent + 1
        return before, output - before - spread, self.stride - 1


def _by_layout(x: Any, kernel: Any, window: Window, pads: Pads) -> Any:
    filters, channels = kernel.shape[-2:]
    flat = jnp.matmul(x.reshape(-1, channels), kernel.reshape(-1, channels).T)
    products = flat.reshape(*x.shape[:-1], len(window.taps), filters)
    axes = [
        _Axis(length=length, extent=extent, stride=stride, pads=pad)
        for length, extent, stride, pad in zip(x.shape[1:-1], window.extents, window.strides, pads, strict=True)
    ]
    zero, whole = jnp.zeros((), x.dtype), (0, 0, 0)
    laid_out = []
    for number, tap in enumerate(window.taps):
        shifts = (place * step for place, step in zip(tap, window.dilation, strict=True))
        edges = [axis.edges(shift) for axis, shift in zip(axes, shifts, strict=True)]
        laid_out.append(jax.lax.pad(products[..., number, :], zero, (whole, *edges, whole)))
    return sum(laid_out[1:], laid_out[0])


def _by_xla(x: Any, kernel: Any, window: Window, pads: Pads) -> Any:
    letters = "DHW"[-len(window.size) :]
    return jax.lax.conv_transpose(
        x,
        kernel,
        window.strides,
        pads,
        rhs_dilation=window.dilation,
        dimension_numbers=(f"N{letters}C", f"{letters}IO", f"N{letters}C"),
        transpose_kernel=True,
    )
