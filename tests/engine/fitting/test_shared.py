"""`fit` with a shared engine: models of other widths and activations in one padded program train as alone."""

import keras
import numpy as np
import pytest

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fit import fit

RNG = np.random.default_rng(0)
X = RNG.normal(size=(70, 5)).astype("float32")
Y = (X[:, :1] * X[:, 1:2] > 0).astype("float32")


def network(units, activation, optimizer):
    layers = [keras.layers.Dense(units, activation), keras.layers.BatchNormalization(), keras.layers.Dense(4, "tanh")]
    model = keras.Sequential([keras.Input((5,)), *layers, keras.layers.Dense(1, "sigmoid")])
    model.compile(optimizer(), "binary_crossentropy", metrics=["accuracy"])
    return model


def twin(model):
    other = keras.models.clone_model(model)
    other.compile(
        type(model.optimizer).from_config(model.optimizer.get_config()), "binary_crossentropy", metrics=["accuracy"]
    )
    other.set_weights(model.get_weights())
    return other


OPTIMIZERS = {
    "momentum": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
    "adagrad": lambda: keras.optimizers.Adagrad(0.05),
    "averaged": lambda: keras.optimizers.SGD(0.05, use_ema=True, ema_momentum=0.9),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_models_of_other_widths_share_a_program_and_train_as_keras_does(optimizer):
    engine = CompiledEngine()
    arguments = {"epochs": 2, "batch_size": 16, "shuffle": False, "verbose": 0}
    for units, activation in ((7, "relu"), (5, "tanh")):
        model = network(units, activation, OPTIMIZERS[optimizer])
        other = twin(model)
        for _ in range(1 if optimizer == "averaged" else 2):  # Keras on JAX fails when it goes on with averages
            ours = fit(model, X, Y, engine="compiled", compiled=engine, **arguments)
            keras_own = other.fit(X, Y, **arguments)
            np.testing.assert_allclose(ours.history["loss"], keras_own.history["loss"], rtol=1e-4)
        for now, then in zip(model.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_allclose(now, then, rtol=1e-3, atol=1e-5)
        assert [tuple(one.shape) for one in model.optimizer.variables] == [
            tuple(one.shape) for one in other.optimizer.variables
        ]
    assert len(engine.programs) == 1


def test_a_callback_sees_weights_in_the_shapes_of_the_model():
    seen = []

    class Looks(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append([weight.shape for weight in self.model.get_weights()])

    engine = CompiledEngine()
    fit(network(8, "relu", keras.optimizers.Adam), X, Y, compiled=engine, verbose=0)
    model = network(3, "gelu", keras.optimizers.Adam)
    best = keras.callbacks.EarlyStopping(monitor="loss", restore_best_weights=True)
    fit(model, X, Y, compiled=engine, epochs=2, verbose=0, callbacks=[Looks(), best])
    assert seen == [[weight.shape for weight in model.get_weights()]] * 2
    assert len(engine.programs) == 1
