import keras
import numpy as np
import pytest

from layersmith.engine.compiled import CompiledEngine
from layersmith.keras_tuner.engine.training import train
from layersmith.space import HyperParameters

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


def hp_of(**values):
    hp = HyperParameters()
    hp.values = values
    return hp


def test_arguments_may_be_given_by_place_as_in_keras(engine):
    history = train(hp_of(), with_input(), (X, Y, 6, 2, 0), {"validation_data": (X, Y)}, engine)
    assert sorted(history.history) == ["loss", "val_loss"]
    assert len(history.history["loss"]) == 2


def test_batch_size_and_epochs_may_be_hyperparameters(engine):
    model = with_input()
    history = train(hp_of(batch_size=4, epochs=3, other=9), model, (X, Y), {"verbose": 0}, engine)
    assert len(history.history["loss"]) == 3
    assert int(model.optimizer.iterations) == 9


def test_what_the_search_is_given_counts_more(engine):
    history = train(hp_of(epochs=3), with_input(), (X, Y), {"verbose": 0, "epochs": 1}, engine)
    assert len(history.history["loss"]) == 1


def test_a_sequential_model_without_an_input_layer_is_compiled_too(engine, caplog):
    caplog.set_level("INFO")
    model = compiled(keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)]))
    train(hp_of(), model, (X, Y), {"verbose": 0}, engine)
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
    history = train(hp_of(), compiled(Subclassed()), (X, Y), {"verbose": 0}, engine)
    assert len(history.history["loss"]) == 1
    assert "training natively: Subclassed" in caplog.text


def test_weights_of_rows_and_classes_pass_through(engine):
    losses = []
    for weight in (None, np.zeros(12)):
        keras.utils.set_random_seed(1)
        history = train(hp_of(), with_input(), (X, Y), {"verbose": 0, "sample_weight": weight}, engine)
        losses.append(history.history["loss"][0])
    assert losses[0] > 0
    assert losses[1] == 0
