"""Layers that make space larger or smaller: ZeroPadding, Cropping and UpSampling in one, two and three dimensions."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.windows import Pads, require_channels_last
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["cropping", "up_sampling", "zero_padding"]

_SMOOTH = ("bicubic", "bilinear", "lanczos3", "lanczos5")


def zero_padding(node: Node, place: Place) -> Forward:
    """Lower `ZeroPadding1D`, `ZeroPadding2D` and `ZeroPadding3D`.

    Raises:
        Unsupported: If channels come first.
    """
    del place
    require_channels_last(node)
    pads = ((0, 0), *_pairs(node.config["padding"]), (0, 0))
    return lambda weights, args, kwargs, env: jnp.pad(args[0], pads)


def cropping(node: Node, place: Place) -> Forward:
    """Lower `Cropping1D`, `Cropping2D` and `Cropping3D`.

    Raises:
        Unsupported: If channels come first.
    """
    del place
    require_channels_last(node)
    cuts = _pairs(node.config["cropping"])

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        del weights, kwargs, env
        lengths = args[0].shape[1:-1]
        kept = (slice(before, length - after) for length, (before, after) in zip(lengths, cuts, strict=True))
        return args[0][(slice(None), *kept)]

    return forward


def up_sampling(node: Node, place: Place) -> Forward:
    """Lower `UpSampling1D`, `UpSampling2D` and `UpSampling3D`.

    Raises:
        Unsupported: If channels come first, or the interpolation is unknown.
    """
    del place
    require_channels_last(node)
    size, method = node.config["size"], node.config.get("interpolation", "nearest")
    factors = (int(size),) if isinstance(size, int) else tuple(int(factor) for factor in size)
    if method == "nearest":
        return lambda weights, args, kwargs, env: _repeat(args[0], factors)
    if method not in _SMOOTH:
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", f"interpolation {method!r}")
    return lambda weights, args, kwargs, env: _resize(args[0], factors, method)


def _pairs(amounts: Any) -> Pads:
    """Return (before, after) for each axis; layers of one dimension hold a single pair."""
    pairs = amounts if isinstance(amounts[0], (list, tuple)) else (amounts,)
    return tuple((int(before), int(after)) for before, after in pairs)


def _repeat(x: Any, factors: tuple[int, ...]) -> Any:
    for axis, factor in enumerate(factors, start=1):
        x = jnp.repeat(x, factor, axis=axis)
    return x


def _resize(x: Any, factors: tuple[int, ...], method: str) -> Any:
    space = (length * factor for length, factor in zip(x.shape[1:-1], factors, strict=True))
    return jax.image.resize(x, (x.shape[0], *space, x.shape[-1]), method=method, antialias=False)
