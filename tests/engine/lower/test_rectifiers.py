import keras
import numpy as np
import pytest

from layersmith.testing.lowerings import check_lowering

_X = np.random.default_rng(0).normal(size=(4, 3, 5)).astype("float32") * 3
_X[0, :, :2] = 0.0  # the slope at zero itself counts: padding and empty pixels are zero


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.ReLU,
        lambda: keras.layers.ReLU(max_value=1.5, negative_slope=0.2),
        lambda: keras.layers.ReLU(max_value=6),
        lambda: keras.layers.ReLU(negative_slope=0.3),
        lambda: keras.layers.ReLU(threshold=0.7),
        lambda: keras.layers.ReLU(max_value=2.0, negative_slope=0.1, threshold=0.3),
        keras.layers.ELU,
        lambda: keras.layers.ELU(alpha=0.4),
        lambda: keras.layers.PReLU(alpha_initializer="ones"),
        lambda: keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(0.3), shared_axes=[1]),
        keras.layers.Identity,
    ],
)
def test_a_layer_equals_keras(layer):
    check_lowering(keras.Sequential([keras.Input((3, 5)), layer()]), [_X])
    check_lowering(keras.Sequential([keras.Input((3, 5)), keras.layers.Dense(5), layer(), keras.layers.Dense(2)]), [_X])
