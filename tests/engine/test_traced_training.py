"""Layers of the user's own train in compiled epochs as they do in `model.fit`, to the last draw."""

import keras
import numpy as np
import pytest
from keras import layers
from tests.engine.lower.layers import Block, Centred, Noisy, Penalised, Scaled, Untraceable

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fit import fit
from layersmith.engine.unsupported import Unsupported

_X = np.random.default_rng(0).normal(size=(29, 4)).astype("float32")
_Y = _X.sum(axis=1, keepdims=True)


def _model(*made):
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((4,)), *made, layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.05), "mse", metrics=["mae"])
    return model


def _fit(model, train=fit, **options):
    given = {"epochs": 2, "batch_size": 8, "shuffle": False, "verbose": 0, "validation_split": 0.3, **options}
    return train(model, _X, _Y, **given).history


def test_training_follows_model_fit_with_a_last_batch_of_its_own_size():
    results = []
    for train, options in ((fit, {"engine": "compiled"}), (keras.Model.fit, {})):
        model = _model(Penalised(3), Centred(), Noisy(), layers.Lambda(lambda x: x * 0.5), Block(2, "tanh"))
        results.append((_fit(model, train, **options), [variable.numpy() for variable in model.variables]))
    (history, mine), (expected, theirs) = results
    for name, values in expected.items():
        np.testing.assert_allclose(history[name], values, rtol=1e-5, err_msg=name)
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_what_cannot_be_traced_is_found_before_training():
    model = _model(Untraceable())
    start = model.get_weights()
    with pytest.raises(Unsupported, match="Untraceable"):
        _fit(model, engine="compiled")
    assert all((a == b).all() for a, b in zip(start, model.get_weights(), strict=True))


def test_what_cannot_be_evaluated_is_found_before_training():
    entry = keras.Input(batch_shape=(8, 2, 2))
    model = keras.Model(entry, layers.Dense(1)(layers.SimpleRNN(2, stateful=True)(entry)))  # knows batches of 8 alone
    model.compile("sgd", "mse")
    x, y = _X[:24].reshape(24, 2, 2), _Y[:24]
    with pytest.raises(Unsupported, match="batch size"):
        fit(model, x, y, batch_size=8, validation_data=(x[:12], y[:12]), engine="compiled", verbose=0)
    fit(model, x, y, batch_size=8, validation_data=(x[:16], y[:16]), engine="compiled", verbose=0)


def test_programs_are_shared_by_equal_layers_alone():
    engine = CompiledEngine()
    losses = []
    for layer in (Penalised(3), Penalised(3), Penalised(2)):
        losses.append(_fit(_model(layer), engine="compiled", compiled=engine)["loss"])
    assert len(engine._programs) == 2
    assert losses[0] == losses[1] != losses[2]


def test_a_layer_without_a_configuration_trains_compiled():
    factors = np.linspace(0.5, 2.0, 4).astype("float32")
    losses = [_fit(_model(Scaled(factors)), train)["loss"] for train in (fit, keras.Model.fit)]
    np.testing.assert_allclose(*losses, rtol=1e-5)


def test_a_model_with_a_train_step_of_its_own_trains_natively(caplog):
    class Still(keras.Model):
        def train_step(self, state, data):
            return {"loss": state[0][0].sum() * 0.0}, state

    caplog.set_level("INFO")
    entry = keras.Input((4,))
    model = Still(entry, layers.Dense(1)(entry))
    model.compile("sgd", "mse")
    start = model.get_weights()
    fit(model, _X, _Y, verbose=0)
    assert all((a == b).all() for a, b in zip(start, model.get_weights(), strict=True))
    assert "its own train_step" in caplog.text


def test_lambdas_of_one_code_do_not_share_a_program():
    engine, losses = CompiledEngine(), []
    for factor in (0.5, 2.0):
        layer = layers.Lambda(lambda x, by=factor: x * by)
        losses.append(_fit(_model(layer), engine="compiled", compiled=engine)["loss"])
    assert len(engine._programs) == 2
    assert losses[0] != losses[1]


def test_convolutions_inside_a_layer_train_natively_on_a_cpu():
    class Convolving(keras.layers.Layer):
        def build(self, shape):
            self.kernel = self.add_weight(shape=(2, 1, 1), initializer="ones")

        def call(self, x):
            return keras.ops.conv(x[..., None], self.kernel)[..., 0]

    with pytest.raises(Unsupported, match="convolution"):
        _fit(_model(Convolving()), engine="compiled")
