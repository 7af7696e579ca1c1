import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

_X = np.random.default_rng(0).normal(size=(4, 3, 2)).astype("float32")
_X[0, 1] = _X[2] = 0.0
_X[1, 0] = 0.5
_X[3, 2, 0] = 0.0  # one feature alone hides no step


@pytest.mark.parametrize("value", [0.0, 0.5, 0, -1])
def test_masking_equals_keras(value):
    model = keras.Sequential([keras.Input((3, 2)), keras.layers.Masking(value)])
    check_lowering(model, [_X])
    check_row_mask(model, [_X])


def test_masking_inside_a_model():
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((3, 2)), layers.Masking(), layers.Dense(2), layers.GlobalAveragePooling1D(), layers.Dense(1)]
    )
    check_lowering(model, [_X])
    check_row_mask(model, [_X])


def test_masking_of_whole_numbers_and_more_axes(strict):
    ids = np.array([[[0, 0], [1, 0]]], "int32")
    model = keras.Sequential([keras.Input((2, 2)), keras.layers.Masking(1.0)])
    network, weights = lowered(model)
    x = np.ones((1, 2, 2), "float32") + ids
    expected = x * np.any(x != 1.0, axis=-1, keepdims=True)
    np.testing.assert_array_equal(network.apply(weights, [jnp.asarray(x)], Env(training=True)), expected)


def test_a_mask_value_that_is_no_number_is_refused():
    layer = keras.layers.Masking(np.array([0.0, 1.0], "float32"))
    with pytest.raises(Unsupported, match="mask_value"):
        lowered(keras.Sequential([keras.Input((3, 2)), layer]))
