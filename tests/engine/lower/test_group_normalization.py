import jax
import numpy as np
import pytest
from keras import layers

from layersmith.testing.lowerings import check_lowering, check_row_mask

pytestmark = pytest.mark.usefixtures("plain")

_X = (np.random.default_rng(0).normal(size=(3, 6, 5, 4)) * 3 + 1).astype("float32")


def _positive(model):
    """Give every weight a value near one: scales and moving variances may not be negative."""
    random = np.random.default_rng(1)
    model.set_weights([random.uniform(0.5, 1.5, weight.shape).astype("float32") for weight in model.get_weights()])
    return model


def _check(model, x):
    check_lowering(model, [x], rtol=5e-5, atol=1e-5)
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [x])


def test_it_equals_keras_on_images(branches):
    options = [
        {"groups": 2},
        {"groups": 1, "center": False},
        {"groups": 4, "scale": False, "epsilon": 0.5},
        {"groups": -1},
        {"groups": 3, "axis": 1},
        {"groups": 2, "axis": -3},
        {"groups": 5, "axis": 2, "gamma_regularizer": "l1"},
    ]
    _check(_positive(branches(_X.shape[1:], *(layers.GroupNormalization(**given) for given in options))), _X)


@pytest.mark.parametrize("shape", [(4,), (5, 4)], ids=["row", "steps"])
def test_it_equals_keras_on_other_ranks(branches, shape):
    inside = [layers.Dense(6), layers.GroupNormalization(3), layers.Dense(2, "tanh")]
    _check(_positive(branches(shape, layers.GroupNormalization(2), inside)), _X.reshape(-1, *shape)[:4])
