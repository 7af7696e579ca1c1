"""RandomFlip and RandomTranslation: each image of the batch on its own, in training only.

    RandomFlip          mirrored along an axis with probability 1/2; with two axes one draw decides both, as in Keras
    RandomTranslation   moved by u * size, u uniform in the layer's range, for height and width

A translation is separable, so it is a slice of a padded image per axis (per image, no coordinates): the nearest pixel,
or two neighbouring slices weighed. Outside the image: its edge repeated, its mirror, itself again, or a constant
(keras/src/layers/preprocessing/image_preprocessing, keras/src/backend/jax/image.py `affine_transform`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from layersmith.engine.lower.env import Env
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["random_flip", "random_translation"]

_STREAMS = 65_536  # salts of one network stay below: further draws of a layer lie above
_PAD_MODES = {"constant": "constant", "nearest": "edge", "reflect": "symmetric", "wrap": "wrap"}


def random_flip(node: Node, place: Place) -> Forward:
    """Lower `RandomFlip` on batches of images.

    Raises:
        Unsupported: If the images have no batch axis.
    """
    height, width = _image_axes(node)
    axes = {"horizontal": (width,), "vertical": (height,), "horizontal_and_vertical": (width, height)}
    flipped = axes[node.config["mode"]]

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Env) -> Any:
        del weights, kwargs
        x = args[0].astype(jnp.float32)
        if not env.training:
            return x
        chosen = env.uniform(place.salt, (x.shape[0], 1, 1, 1)) <= 0.5
        return jnp.where(chosen, jnp.flip(x, axis=flipped), x)

    return forward


def random_translation(node: Node, place: Place) -> Forward:
    """Lower `RandomTranslation` on batches of images.

    Raises:
        Unsupported: If the images have no batch axis.
    """
    height, width = _image_axes(node)
    mode, fill = _PAD_MODES[node.config["fill_mode"]], float(node.config["fill_value"])
    smooth = node.config["interpolation"] == "bilinear"
    moves = [
        _Move(axis=axis, factor=_range(node.config[name]), mode=mode, fill=fill, smooth=smooth, salt=salt)
        for axis, name, salt in (
            (height, "height_factor", place.salt),
            (width, "width_factor", place.salt + _STREAMS),
        )
    ]

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Env) -> Any:
        del weights, kwargs
        x = args[0].astype(jnp.float32)
        for move in moves if env.training else ():
            x = move(x, env)
        return x

    return forward


@dataclass(frozen=True, kw_only=True)
class _Move:
    axis: int
    factor: tuple[float, float]
    mode: str
    fill: float
    smooth: bool
    salt: int

    def __call__(self, x: Any, env: Env) -> Any:
        """Return the images `(batch, ...)`, each moved along the axis by a random distance."""
        low, high = self.factor
        size = x.shape[self.axis]
        share = env.uniform(self.salt, (x.shape[0],)) * (high - low) + low
        return self.shift(x, share * size, math.ceil(max(abs(low), abs(high)) * size) + 1)

    def shift(self, x: Any, distance: Any, reach: int) -> Any:
        """Return the images moved towards higher indices by `distance` `(batch,)`, which is below `reach`."""
        extra = {"constant_values": self.fill} if self.mode == "constant" else {}
        widths = [(reach, reach) if axis == self.axis else (0, 0) for axis in range(x.ndim)]
        padded = jnp.pad(x, widths, mode=self.mode, **extra)
        start = reach - distance
        if not self.smooth:
            return self._slices(padded, jnp.round(start), x.shape[self.axis])
        below = jnp.floor(start)
        weight = (start - below).reshape((-1,) + (1,) * (x.ndim - 1))
        near = self._slices(padded, below, x.shape[self.axis])
        return near * (1.0 - weight) + self._slices(padded, below + 1.0, x.shape[self.axis]) * weight

    def _slices(self, padded: Any, start: Any, size: int) -> Any:
        def one(image: Any, begin: Any) -> Any:
            return jax.lax.dynamic_slice_in_dim(image, begin, size, axis=self.axis - 1)

        return jax.vmap(one)(padded, start.astype(jnp.int32))


def _image_axes(node: Node) -> tuple[int, int]:
    if len(node.output_shape) != 4:
        raise Unsupported(f"layer {node.layer_name!r} ({node.class_name})", "images without a batch axis")
    return (2, 3) if node.config.get("data_format") == "channels_first" else (1, 2)


def _range(factor: Any) -> tuple[float, float]:
    if isinstance(factor, (list, tuple)):
        low, high = sorted(float(value) for value in factor)
        return low, high
    return -abs(float(factor)), abs(float(factor))
