import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.fit import fit
from layersmith.experiments.preserved import preserved

X = np.random.default_rng(0).normal(size=(48, 3)).astype("float32")
Y = X[:, :1] - X[:, 1:2]


def trained():
    model = keras.Sequential(
        [keras.Input((3,)), layers.Dense(4), layers.BatchNormalization(), layers.Dropout(0.3), layers.Dense(1)]
    )
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    model.fit(X, Y, epochs=1, verbose=0)
    return model


def state(model):
    return [
        np.array(variable).tobytes()
        for variable in (*model.variables, *model.optimizer.variables, *model.metrics_variables)
    ]


@pytest.mark.parametrize("engine", ["compiled", "native"])
def test_everything_comes_back_bit_by_bit(engine):
    model = trained()
    before, optimizer, history = state(model), model.optimizer, model.history
    with preserved(model):
        model.optimizer, model.train_function = keras.optimizers.Adam(0.5), None
        fit(model, X, Y, epochs=2, verbose=0, engine=engine)
        assert state(model) != before
    assert state(model) == before
    assert (model.optimizer, model.history) == (optimizer, history)
    model.fit(X, Y, epochs=1, verbose=0)  # and goes on


def test_everything_comes_back_after_an_exception():
    model = trained()
    before, weights = state(model), model.get_weights()
    with pytest.raises(ValueError, match="shape"), preserved(model):
        model.set_weights([weights[0] + 1, *weights[:-1]])  # the first is set, the second does not fit
    assert state(model) == before


def test_what_fit_first_sets_is_taken_off():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    with preserved(model):
        model.fit(X, Y, verbose=0)
    assert "history" not in vars(model)
