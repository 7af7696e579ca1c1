import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")


def test_every_option_equals_keras(branches, numbers, strict):
    made = [
        layers.Flatten(),
        layers.Reshape((4, 6)),
        layers.Reshape((-1, 3)),
        layers.Reshape((2, -1, 2)),
        layers.Reshape((24,)),
        layers.Reshape((2, 3, 4, 1)),
        layers.Permute((1, 2, 3)),
        layers.Permute((3, 1, 2)),
        layers.Permute((2, 1, 3)),
    ]
    check_lowering(branches((2, 3, 4), *made), [numbers(3, 2, 3, 4)])


def test_vectors_equal_keras(branches, numbers, strict):
    made = [layers.RepeatVector(1), layers.RepeatVector(3), layers.Flatten(), layers.Reshape((5, 1))]
    check_lowering(branches((5,), *made), [numbers(2, 5)])


def test_inside_a_model_they_equal_keras(branches, numbers):
    path = [layers.Reshape((3, 2)), layers.Dense(2), layers.Permute((2, 1)), layers.Flatten(), layers.RepeatVector(2)]
    model = branches((6,), [*path, layers.Dense(2)])
    check_lowering(model, [numbers(3, 6)])
    check_row_mask(model, [numbers(3, 6)])


def test_any_number_of_rows_fits(branches, numbers):
    network, _ = lowered(branches((4,), layers.Reshape((-1, 2)), layers.Flatten(), layers.RepeatVector(2)))
    for rows in (0, 1, 5):
        shapes = [value.shape for value in network.apply({}, [numbers(rows, 4)], Env(training=False))]
        assert shapes == [(rows, 2, 2), (rows, 4), (rows, 2, 4)]


def test_a_scalar_for_each_row_becomes_one_feature(branches):
    network, _ = lowered(branches((), layers.Flatten()))
    [output] = network.apply({}, [np.arange(3, dtype="float32")], Env(training=False))
    np.testing.assert_array_equal(output, [[0.0], [1.0], [2.0]])


def test_channels_first_is_refused(branches):
    with pytest.raises(Unsupported, match="channels_first"):
        lowered(branches((2, 4), layers.Flatten(data_format="channels_first")))
