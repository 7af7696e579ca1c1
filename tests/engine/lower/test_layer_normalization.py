import jax
import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

_X = (np.random.default_rng(0).normal(size=(3, 3, 5, 4)) * 3 + 1).astype("float32")


def _positive(model):
    """Give every weight a value near one: scales and moving variances may not be negative."""
    random = np.random.default_rng(1)
    model.set_weights([random.uniform(0.5, 1.5, weight.shape).astype("float32") for weight in model.get_weights()])
    return model


def _check(model, x):
    check_lowering(model, [x], rtol=5e-5, atol=1e-5)
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [x])


def test_it_equals_keras(branches):
    options = [
        {},
        {"axis": 1},
        {"axis": [1, 2], "center": False},
        {"axis": [-1, -2], "scale": False},
        {"axis": [-1, 1], "epsilon": 0.5},
        {"axis": [1, 2, 3], "center": False, "scale": False},
        {"gamma_regularizer": "l2", "beta_constraint": "non_neg"},
    ]
    _check(_positive(branches(_X.shape[1:], *(layers.LayerNormalization(**given) for given in options))), _X)


@pytest.mark.filterwarnings("ignore:.*rms_scaling")
@pytest.mark.parametrize("axis", [-1, [1, 2]], ids=str)
def test_deprecated_rms_scaling_equals_keras(axis):
    layer = layers.LayerNormalization(axis=axis, rms_scaling=True)
    _check(_positive(keras.Sequential([keras.Input(_X.shape[1:]), layer])), _X)


def test_inside_a_model(branches):
    path = [layers.Dense(5), layers.LayerNormalization(), layers.Dense(2, "tanh")]
    _check(_positive(branches(_X.shape[1:], path)), _X)


def test_constant_rows_are_finite(branches):
    _check(_positive(branches((4,), layers.LayerNormalization())), np.ones((2, 4), "float32"))


def test_an_axis_across_rows_is_named():
    entry = keras.Input(batch_shape=(4, 3))
    with pytest.raises(Unsupported, match="spans the batch"):
        lowered(keras.Model(entry, layers.LayerNormalization(axis=[0, 1])(entry)))
