import itertools

import keras
import numpy as np
import pytest

from layersmith.engine.compiled import CompiledEngine
from layersmith.keras_tuner.engine.training import compiled_fit, train

X = np.random.default_rng(0).normal(size=(12, 2, 2)).astype("float32")
Y = X.sum((1, 2))


def compiled(model):
    model.compile("sgd", "mse")
    return model


def with_input():
    return compiled(keras.Sequential([keras.Input((2, 2)), keras.layers.Flatten(), keras.layers.Dense(1)]))


@pytest.fixture(scope="module")
def engine():
    return CompiledEngine()


def test_arguments_may_be_given_by_place_as_in_keras(engine):
    history = train(with_input(), (X, Y, 6, 2, 0), {"validation_data": (X, Y)}, engine)
    assert sorted(history.history) == ["loss", "val_loss"]
    assert len(history.history["loss"]) == 2


def test_defaults_count_where_nothing_else_is_said(engine):
    model = with_input()
    history = train(model, (X, Y), {"verbose": 0, "epochs": 2}, engine, {"batch_size": 4, "epochs": 3})
    assert len(history.history["loss"]) == 2
    assert int(model.optimizer.iterations) == 6


def test_a_sequential_model_without_an_input_layer_is_compiled_too(engine, caplog):
    caplog.set_level("INFO")
    model = compiled(keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)]))
    train(model, (X, Y), {"verbose": 0}, engine)
    assert model.built
    assert "natively" not in caplog.text


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)

    def call(self, inputs):
        return self.dense(keras.ops.reshape(inputs, (-1, 4)))


def test_a_subclassed_model_trains_natively_and_says_so(engine, caplog):
    caplog.set_level("INFO")
    history = train(compiled(Subclassed()), (X, Y), {"verbose": 0}, engine)
    assert len(history.history["loss"]) == 1
    assert "training natively: Subclassed" in caplog.text


def test_a_programs_own_call_of_fit_is_compiled(engine, caplog):
    caplog.set_level("INFO")
    model = with_input()
    with compiled_fit(model, engine):
        history = model.fit(X, Y, 6, 2, verbose=0)
        endless = (batch for batch in itertools.repeat((X, Y)))  # has no compiled form
        model.fit(endless, steps_per_epoch=1, shuffle=False, verbose=0)
        assert "fit" in vars(model)
    assert len(history.history["loss"]) == 2
    assert caplog.text.count("natively") == 1
    assert "fit" not in vars(model)


def test_a_model_with_a_fit_of_its_own_keeps_it(engine):
    class Own(Subclassed):
        def fit(self, *args, **kwargs):
            return "mine"

    model = Own()
    with compiled_fit(model, engine):
        assert model.fit(X, Y) == "mine"


def test_weights_of_rows_and_classes_pass_through(engine):
    losses = []
    for weight in (None, np.zeros(12)):
        keras.utils.set_random_seed(1)
        history = train(with_input(), (X, Y), {"verbose": 0, "sample_weight": weight}, engine)
        losses.append(history.history["loss"][0])
    assert losses[0] > 0
    assert losses[1] == 0
