"""Conv1D, Conv2D and Conv3D.

    y[b, p, f] = sum over taps t and channels c of x[b, p * stride + t * dilation, c] kernel[t, c, f]

and then bias and activation. On a CPU the shifted slices of all taps stand side by side as channels, and one matmul
with the flattened kernel does the sum; its gradients are matmuls and shifted additions. Elsewhere XLA's convolution is
the faster one.
"""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.activations import find_activation
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.windows import Window, shifted_slices, window_of
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["conv", "convolve", "prefers_patches"]


def prefers_patches() -> bool:
    """Return whether convolutions are lowered to slices and a matmul: on a CPU."""
    return bool(jax.default_backend() == "cpu")


def conv(node: Node, place: Place) -> Forward:
    """Lower `Conv1D`, `Conv2D` and `Conv3D`.

    Raises:
        Unsupported: If channels come first or the layer carries LoRA weights.
    """
    del place
    if node.config.get("lora_rank"):
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", "LoRA")
    window, function = window_of(node), find_activation(node.config["activation"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del kwargs, env
        output = convolve(args[0], weights["kernel"], window)
        return function(output + weights["bias"] if "bias" in weights else output)

    return forward


def convolve(x: Any, kernel: Any, window: Window) -> Any:
    """Return the convolution (cross-correlation, as in Keras) of an input and a kernel.

    Args:
        x: `(batch, *space, channels)`.
        kernel: `(*size, channels / groups, filters)`; the groups follow from the shapes.
        window: Its size is the kernel's.

    Returns:
        `(batch, *stops, filters)`.

    Example:
        >>> window = Window(size=(2,), strides=(1,), dilation=(1,), padding="valid")
        >>> convolve(jnp.arange(4.0).reshape(1, 4, 1), jnp.ones((2, 1, 1)), window).ravel().tolist()
        [1.0, 3.0, 5.0]
    """
    x = x.astype(kernel.dtype)
    groups = x.shape[-1] // kernel.shape[-2]
    if not prefers_patches():
        return _by_xla(x, kernel, window, groups)
    slices = shifted_slices(x, window)
    return _by_patches(slices, kernel) if groups == 1 else _by_grouped_patches(slices, kernel, groups)


def _by_patches(slices: list[Any], kernel: Any) -> Any:
    filters = kernel.shape[-1]
    patches = slices[0] if len(slices) == 1 else jnp.concatenate(slices, axis=-1)  # (batch, *stops, taps * channels)
    flat = patches.reshape(-1, patches.shape[-1])
    return jnp.matmul(flat, kernel.reshape(-1, filters)).reshape(*patches.shape[:-1], filters)


def _by_grouped_patches(slices: list[Any], kernel: Any, groups: int) -> Any:
    """Group g reads its own channels and writes its own filters."""
    channels, filters = kernel.shape[-2:]
    shape = slices[0].shape
    patches = jnp.stack(slices, axis=-2).reshape(-1, len(slices), groups, channels)  # (places, taps, groups, channels)
    grouped = kernel.reshape(len(slices), channels, groups, filters // groups)
    return jnp.einsum("ptgc,tcgf->pgf", patches, grouped).reshape(*shape[:-1], filters)


def _by_xla(x: Any, kernel: Any, window: Window, groups: int) -> Any:
    letters = "DHW"[-len(window.size) :]
    return jax.lax.conv_general_dilated(
        x,
        kernel,
        window.strides,
        window.pads(x.shape[1:-1]),
        rhs_dilation=window.dilation,
        dimension_numbers=(f"N{letters}C", f"{letters}IO", f"N{letters}C"),
        feature_group_count=groups,
    )
