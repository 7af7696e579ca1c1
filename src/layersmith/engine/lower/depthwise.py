"""DepthwiseConv1D/2D and SeparableConv1D/2D: every channel has filters of its own.

    y[b, p, c * multiplier + m] = sum over taps t of x[b, p * stride + t * dilation, c] kernel[t, c, m]

A separable convolution mixes these channels by one matmul afterwards. Both are sums of shifted slices times weights:
there is nothing for a matmul to gain. Off the CPU it is one grouped convolution of XLA.
"""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.activations import find_activation
from layersmith.engine.lower.conv import convolve, prefers_patches
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.windows import Window, shifted_slices, window_of
from layersmith.graph import Node

__all__ = ["depthwise_conv", "separable_conv"]


def depthwise_conv(node: Node, place: Place) -> Forward:
    """Lower `DepthwiseConv1D` and `DepthwiseConv2D`.

    Raises:
        Unsupported: If channels come first.
    """
    del place
    window, function = window_of(node), find_activation(node.config["activation"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs, env
        output = _depthwise(args[0], weights["kernel"], window)
        return function(output + weights["bias"] if "bias" in weights else output)

    return forward


def separable_conv(node: Node, place: Place) -> Forward:
    """Lower `SeparableConv1D` and `SeparableConv2D`.

    Raises:
        Unsupported: If channels come first.
    """
    del place
    window, function = window_of(node), find_activation(node.config["activation"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs, env
        each = _depthwise(args[0], weights["depthwise_kernel"], window)
        mixing = weights["pointwise_kernel"]
        output = jnp.matmul(each, mixing.reshape(mixing.shape[-2:]))
        return function(output + weights["bias"] if "bias" in weights else output)

    return forward


def _depthwise(x: Any, kernel: Any, window: Window) -> Any:
    """Return `(batch, *stops, channels * multiplier)`; the kernel is `(*size, channels, multiplier)`."""
    x = x.astype(kernel.dtype)
    channels, multiplier = kernel.shape[-2:]
    if not prefers_patches():
        return convolve(x, kernel.reshape(*window.size, 1, channels * multiplier), window)
    slices = shifted_slices(jnp.repeat(x, multiplier, axis=-1) if multiplier > 1 else x, window)
    weights = kernel.reshape(len(slices), channels * multiplier)
    products = [part * weights[tap] for tap, part in enumerate(slices)]
    return sum(products[1:], products[0])
