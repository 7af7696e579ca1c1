import keras
import pytest
from tests.cost.xla import assert_counted, build

from layersmith.cost import cost_of
from layersmith.graph import view

layers = keras.layers


def macs(layer, *shapes):
    return cost_of(view(build(layer, *shapes))).macs


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (lambda: layers.Conv1D(32, 5, strides=2), (40, 16)),
        (lambda: layers.Conv2D(32, (3, 5)), (12, 12, 16)),
        (lambda: layers.Conv2D(32, 3, groups=4), (12, 12, 16)),
        (lambda: layers.Conv2D(32, 3, dilation_rate=2), (12, 12, 16)),
        (lambda: layers.Conv3D(8, 3), (6, 6, 6, 16)),
        (lambda: layers.DepthwiseConv1D(5, strides=2), (40, 16)),
        (lambda: layers.DepthwiseConv2D(3, depth_multiplier=2), (12, 12, 16)),
        (lambda: layers.SeparableConv1D(32, 5), (40, 16)),
        (lambda: layers.SeparableConv2D(32, 3, depth_multiplier=2, strides=2), (13, 13, 16)),
        (lambda: layers.Conv1DTranspose(32, 3, strides=2), (20, 16)),
        (lambda: layers.Conv2DTranspose(32, 3), (10, 10, 16)),
        (lambda: layers.Conv3DTranspose(8, 3), (4, 4, 4, 8)),
        (lambda: layers.ConvLSTM1D(8, 3, unroll=True, recurrent_activation="relu"), (2, 16, 8)),
    ],
)
def test_convolutions(layer, shape):
    assert_counted(layer(), shape, beside=0.25 if "ConvLSTM" in type(layer()).__name__ else 0.12)


def test_padding_counts_like_any_position():
    assert macs(layers.Conv2D(4, 3, padding="same"), (8, 8, 2)) == 64 * 9 * 2 * 4
    assert macs(layers.Conv1D(4, 3, padding="causal"), (8, 2)) == 8 * 3 * 2 * 4


@pytest.mark.parametrize(
    "layer",
    [
        lambda **options: layers.Conv2D(4, 3, groups=2, **options),
        lambda **options: layers.DepthwiseConv2D(3, **options),
        lambda **options: layers.SeparableConv2D(4, 3, **options),
        lambda **options: layers.Conv2DTranspose(4, 3, **options),
    ],
)
def test_the_place_of_the_channels_makes_no_difference(layer):
    last = macs(layer(data_format="channels_last"), (8, 9, 6))
    assert macs(layer(data_format="channels_first"), (6, 8, 9)) == last


@pytest.mark.parametrize("return_sequences", [True, False])
def test_a_convolutional_lstm_convolves_input_and_state_at_each_step(return_sequences):
    layer = layers.ConvLSTM2D(5, 3, padding="same", return_sequences=return_sequences)
    assert macs(layer, (4, 6, 6, 2)) == 4 * 36 * 9 * (2 + 5) * 4 * 5


def test_the_result_of_the_depthwise_part_exists_in_between():
    cost = cost_of(view(build(layers.SeparableConv1D(2, 3, depth_multiplier=4), (10, 6))))
    inside = 8 * 6 * 4
    assert cost.activation_bytes == cost.training_bytes == 4 * (60 + inside + 16)
