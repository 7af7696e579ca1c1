import jax
import numpy as np
import pytest
from keras import layers

from layersmith.testing.lowerings import check_lowering, check_row_mask

pytestmark = pytest.mark.usefixtures("plain")

_X = (np.random.default_rng(0).normal(size=(3, 5, 4)) * 3 + 1).astype("float32")


def _positive(model):
    """Give every weight a value near one: scales and moving variances may not be negative."""
    random = np.random.default_rng(1)
    model.set_weights([random.uniform(0.5, 1.5, weight.shape).astype("float32") for weight in model.get_weights()])
    return model


def _check(model, x):
    check_lowering(model, [x], rtol=5e-5, atol=1e-5)
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [x])


def test_it_equals_keras_alone_and_inside_a_model(branches):
    options = [{}, {"epsilon": 0.5}, {"axis": [1, 2]}]
    alone = [layers.RMSNormalization(**given) for given in options]
    inside = [layers.Dense(3), layers.RMSNormalization(), layers.Dense(2, "tanh")]
    _check(_positive(branches((5, 4), *alone, inside)), _X)


def test_rows_have_unit_mean_square(branches):
    from layersmith.engine.lower.env import Env
    from layersmith.testing.lowerings import lowered

    network, weights = lowered(branches((5, 4), layers.RMSNormalization()))
    weights = {key: np.ones_like(value) for key, value in weights.items()}
    (output,) = network.apply(weights, [_X], Env(training=False))
    np.testing.assert_allclose((np.asarray(output) ** 2).mean(axis=-1), 1.0, rtol=1e-4)
