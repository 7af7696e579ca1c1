import keras
import pytest

from layersmith.families.conv.options import ConvOptions
from layersmith.families.conv.scale import can_halve, halved, width


def test_width_doubles_up_to_512():
    assert [width(ConvOptions(filters=8), stage) for stage in range(4)] == [8, 16, 32, 64]
    assert width(ConvOptions(filters=64), 9) == 512


@pytest.mark.parametrize(("shape", "fits"), [((4, 4), True), ((3, 8), False), ((8, 3), False), ((2, 2), False)])
def test_maps_of_fewer_than_four_positions_stay(shape, fits):
    features = keras.Input((*shape, 2))
    assert can_halve(features) is fits
    assert (halved(features) is not features) is fits


@pytest.mark.parametrize(("size", "half"), [(4, 2), (5, 3), (28, 14), (7, 4)])
def test_halving_rounds_up(size, half):
    assert halved(keras.Input((size, size, 1)), "average").shape == (None, half, half, 1)
