"""Convolutions. Positions of padding count like all others, as in the papers.

    plain         outputs * kernel area * input channels / groups
    transposed    inputs * kernel area * filters
    depthwise     outputs * kernel area
    separable     depthwise, then a product over its channels

Dilation spreads a kernel without adding to it, and strides show in the number of outputs.
"""

from math import prod

from layersmith.cost.call import Call, Size
from layersmith.cost.work import Work, product

__all__ = ["conv", "conv_lstm", "conv_transpose", "depthwise_conv", "num_channels", "separable_conv"]


def num_channels(size: Size, data_format: str) -> int:
    """Return the channels of an image.

    Example:
        >>> num_channels((1, 32, 32, 3), "channels_last"), num_channels((1, 3, 32, 32), "channels_first")
        (3, 3)
    """
    return size[1 if data_format == "channels_first" else -1]


def conv(call: Call) -> Work:
    """Each output sums over the kernel's area and its group's channels."""
    return product(call, _area(call) * _channels(call) // int(call.config["groups"]))


def conv_transpose(call: Call) -> Work:
    """Each input is spread over the kernel's area and all filters."""
    return Work(macs=prod(call.inputs[0]) * _area(call) * int(call.config["filters"]))


def depthwise_conv(call: Call) -> Work:
    """Each output sums over the kernel's area of one channel."""
    return product(call, _area(call))


def separable_conv(call: Call) -> Work:
    """A depthwise convolution, whose result exists in between, and a product over its channels."""
    places = prod(call.outputs[0]) // int(call.config["filters"])
    between = places * _channels(call) * int(call.config["depth_multiplier"])
    return Work(
        macs=between * (_area(call) + int(call.config["filters"])),
        inside=between,
        stored=between,
    )


def conv_lstm(call: Call) -> Work:
    """Two convolutions at each step, of the input and of the state, for four gates."""
    steps, filters, area = call.inputs[0][1], int(call.config["filters"]), _area(call)
    channels = num_channels((1, *call.inputs[0][2:]), str(call.config["data_format"]))
    state = prod(call.outputs[0]) // (steps if call.config["return_sequences"] else 1)
    each = 6 * state  # four gates and two states
    return Work(macs=steps * 4 * state * area * (channels + filters), inside=each, stored=steps * each)


def _area(call: Call) -> int:
    return prod(call.config["kernel_size"])


def _channels(call: Call) -> int:
    return num_channels(call.inputs[0], str(call.config["data_format"]))
