import jax
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.env import Env
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

_X = (np.random.default_rng(0).normal(size=(3, 5, 4)) * 3 + 1).astype("float32")


def _check(model, x):
    check_lowering(model, [x], rtol=5e-5, atol=1e-5)
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [x])


def test_it_equals_keras_alone_and_inside_a_model(branches):
    alone = [layers.UnitNormalization(axis=axis) for axis in (-1, 1, (1, 2), (-1, -2))]
    inside = [layers.Dense(3), layers.UnitNormalization(), layers.Dense(2, "tanh")]
    _check(branches((5, 4), *alone, inside), _X)


def test_rows_have_length_one(branches):
    network, weights = lowered(branches((5, 4), layers.UnitNormalization()))
    (output,) = network.apply(weights, [_X], Env(training=False))
    np.testing.assert_allclose(np.linalg.norm(output, axis=-1), 1.0, rtol=1e-5)
