"""Stacks of residual blocks.

    v1     x + bn conv1 relu bn conv3 relu bn conv1(x), then relu                    (He et al. 2015, arXiv 1512.03385)
    v2     x + conv1 relu bn conv3 relu bn conv1 relu bn(x)                          (He et al. 2016, arXiv 1603.05027)
    next   v1 with 32 groups in the middle and twice its width                       (Xie et al. 2016, arXiv 1611.05431)

The first block of a stack changes the number of channels, so its shortcut is a convolution. The image is halved by the
first block of each stack but the first (`v1`) or the last (`next`), or by the last block of each but the last (`v2`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from keras import layers

from layersmith.keras_tuner.applications.image_inputs import channel_axis

__all__ = ["STACKS", "norm_relu"]

_EPSILON = 1.001e-5
_FILTERS = (64, 128, 256, 512)
_FILTERS_NEXT = (64, 256, 512, 1024)
_GROUPS = 32
_LAST = 3


def _conv(x: Any, filters: int, size: int, name: str, **settings: Any) -> Any:
    return layers.Conv2D(filters, size, name=f"{name}_conv", **settings)(x)


def _norm(x: Any, name: str) -> Any:
    return layers.BatchNormalization(axis=channel_axis(), epsilon=_EPSILON, name=f"{name}_bn")(x)


def norm_relu(x: Any, name: str) -> Any:
    """Normalise each channel, then rectify.

    Args:
        x: A batch of images.
        name: What the names of the two layers begin with.
    """
    return layers.Activation("relu", name=f"{name}_relu")(_norm(x, name))


def _joined(shortcut: Any, x: Any, name: str) -> Any:
    return layers.Activation("relu", name=f"{name}_out")(layers.Add(name=f"{name}_add")([shortcut, x]))


def _stack_v1(x: Any, number: int, depth: int, name: str) -> Any:
    for block in range(1, depth + 1):
        strides = 2 if block == 1 and number else 1
        x = _block_v1(x, _FILTERS[number], strides, f"{name}_block{block}", widens=block == 1)
    return x


def _block_v1(x: Any, filters: int, strides: int, name: str, *, widens: bool) -> Any:
    shortcut = x
    if widens:
        shortcut = _norm(_conv(x, 4 * filters, 1, f"{name}_0", strides=strides), f"{name}_0")
    x = norm_relu(_conv(x, filters, 1, f"{name}_1", strides=strides), f"{name}_1")
    x = norm_relu(_conv(x, filters, 3, f"{name}_2", padding="same"), f"{name}_2")
    x = _norm(_conv(x, 4 * filters, 1, f"{name}_3"), f"{name}_3")
    return _joined(shortcut, x, name)


def _stack_v2(x: Any, number: int, depth: int, name: str) -> Any:
    for block in range(1, depth + 1):
        strides = 2 if block == depth and number < _LAST else 1
        x = _block_v2(x, _FILTERS[number], strides, f"{name}_block{block}", widens=block == 1)
    return x


def _block_v2(x: Any, filters: int, strides: int, name: str, *, widens: bool) -> Any:
    active = norm_relu(x, f"{name}_preact")
    if widens:
        shortcut = _conv(active, 4 * filters, 1, f"{name}_0", strides=strides)
    else:
        shortcut = layers.MaxPooling2D(1, strides=strides)(x) if strides > 1 else x
    x = norm_relu(_conv(active, filters, 1, f"{name}_1", use_bias=False), f"{name}_1")
    x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = norm_relu(_conv(x, filters, 3, f"{name}_2", strides=strides, use_bias=False), f"{name}_2")
    return layers.Add(name=f"{name}_out")([shortcut, _conv(x, 4 * filters, 1, f"{name}_3")])


def _stack_next(x: Any, number: int, depth: int, name: str) -> Any:
    for block in range(1, depth + 1):
        strides = 2 if block == 1 and number < _LAST else 1
        x = _block_next(x, _FILTERS_NEXT[number], strides, f"{name}_block{block}", widens=block == 1)
    return x


def _block_next(x: Any, filters: int, strides: int, name: str, *, widens: bool) -> Any:
    shortcut, width = x, 64 // _GROUPS * filters
    if widens:
        shortcut = _conv(x, width, 1, f"{name}_0", strides=strides, use_bias=False)
        shortcut = _norm(shortcut, f"{name}_0")
    x = norm_relu(_conv(x, filters, 1, f"{name}_1", use_bias=False), f"{name}_1")
    x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = _conv(x, filters, 3, f"{name}_2", strides=strides, groups=_GROUPS, use_bias=False)
    x = _norm(_conv(norm_relu(x, f"{name}_2"), width, 1, f"{name}_3", use_bias=False), f"{name}_3")
    return _joined(shortcut, x, name)


STACKS: Mapping[str, Callable[[Any, int, int, str], Any]] = {
    "v1": _stack_v1,
    "v2": _stack_v2,
    "next": _stack_next,
}
