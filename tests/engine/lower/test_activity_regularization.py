import jax
import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.env import Env
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

_X = np.random.default_rng(0).normal(size=(5, 3, 4)).astype("float32")


@pytest.mark.parametrize(("l1", "l2"), [(0.3, 0.0), (0.1, 0.2)])
def test_it_equals_keras(l1, l2):
    model = keras.Sequential([keras.Input((3, 4)), layers.Dense(2), layers.ActivityRegularization(l1=l1, l2=l2)])
    check_lowering(model, [_X])
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [_X])


def test_the_penalty_is_divided_by_the_rows():
    network, weights = lowered(keras.Sequential([keras.Input((3, 4)), layers.ActivityRegularization(l1=2.0)]))
    env = Env(training=True)
    output = network.apply(weights, [_X], env)
    np.testing.assert_array_equal(output, _X)
    np.testing.assert_allclose(sum(env.penalties), 2.0 * np.abs(_X).sum() / len(_X), rtol=1e-6)
