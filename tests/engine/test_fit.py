import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from tests.engine.parity import CASES, build, compare, data

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fit import fit
from layersmith.engine.unsupported import Unsupported
from layersmith.errors import DataError, SpaceError

X, Y = data((6,), 3, "classes")


@pytest.mark.parametrize("name", CASES)
def test_epochs_follow_model_fit(name):
    history, weights, state = compare(name, validation_split=0.2)
    assert history < 1e-4
    assert weights < 1e-4
    assert state < 1e-3


@pytest.mark.parametrize(
    "arguments",
    [
        {"class_weight": {0: 1.0, 1: 3.0, 2: 0.5}},
        {"class_weight": {0: 2.0}, "validation_split": 0.3},
        {"sample_weight": np.linspace(0.0, 2.0, len(X)).astype("float32"), "validation_split": 0.25},
        {"batch_size": 70},
        {"batch_size": 7},
        {"batch_size": 1000},
        {"validation_data": (X[:20], Y[:20])},
        {"validation_data": (X[:20], Y[:20], np.linspace(0.5, 1.5, 20)), "validation_freq": 2},
        {"initial_epoch": 1},
    ],
)
def test_arguments_mean_what_they_mean_in_keras(arguments):
    history, weights, _ = compare("dense", **arguments)
    assert max(history, weights) < 1e-4


def test_epochs_follow_model_fit_on_tensorflow():
    here = Path(__file__).resolve()
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow", "PYTHONPATH": str(here.parents[2])}
    command = [sys.executable, str(here.with_name("parity.py")), *CASES]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = [line.split() for line in done.stdout.splitlines()]
    assert [name for name, *_ in found] == list(CASES)
    for name, *differences in found:
        history, weights, state = map(float, differences)
        assert max(history, weights) < 1e-4, name
        assert state < 1e-3, name


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: keras.optimizers.SGD(0.05, use_ema=True, ema_momentum=0.8),
        lambda: keras.optimizers.SGD(0.05, weight_decay=0.1, clipnorm=0.5),
        lambda: keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 10), momentum=0.9, nesterov=True),
    ],
)
def test_what_surrounds_an_update_follows_keras(optimizer):
    results = []
    for train in (fit, keras.Model.fit):
        model = build("dense")
        model.compile(optimizer(), "sparse_categorical_crossentropy")
        model.optimizer.exclude_from_weight_decay(var_names=["bias"])
        train(model, X, Y, epochs=3, batch_size=16, shuffle=False, verbose=0)
        results.append(model.get_weights())
    for mine, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


def test_training_goes_on_where_it_stopped():
    once, twice = build("dense"), build("dense")
    fit(once, X, Y, epochs=4, shuffle=False, verbose=0, engine="compiled")
    for _ in range(2):
        fit(twice, X, Y, epochs=2, shuffle=False, verbose=0, engine="compiled")
    for a, b in zip(once.get_weights(), twice.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_compiled_and_native_epochs_follow_each_other():
    mixed, plain = build("dense"), build("dense")
    fit(mixed, X, Y, epochs=1, shuffle=False, verbose=0, engine="compiled")
    mixed.fit(X, Y, epochs=1, shuffle=False, verbose=0)
    plain.fit(X, Y, epochs=2, shuffle=False, verbose=0)
    for a, b in zip(mixed.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_early_stopping_restores_and_rates_are_followed(tmp_path):
    model, seen = build("dense"), []
    callbacks = [
        keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True, min_delta=10.0),
        keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.01 / (epoch + 1)),
        keras.callbacks.CSVLogger(str(tmp_path / "log.csv")),
        keras.callbacks.ModelCheckpoint(str(tmp_path / "best.weights.h5"), save_weights_only=True),
        keras.callbacks.TerminateOnNaN(),
        keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(model.get_weights()[0].copy())),
    ]
    history = fit(model, X, Y, epochs=20, validation_split=0.2, callbacks=callbacks, verbose=0, engine="compiled")
    assert len(history.history["loss"]) == len(seen) == 3
    np.testing.assert_array_equal(model.get_weights()[0], seen[0])
    assert not np.array_equal(seen[0], seen[1])
    np.testing.assert_allclose(history.history["learning_rate"], [0.01, 0.005, 0.01 / 3], rtol=1e-5)
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 4
    assert (tmp_path / "best.weights.h5").exists()


def test_rates_are_reduced_on_a_plateau():
    model = build("dense")
    reduce = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=10.0)
    fit(model, X, Y, epochs=4, callbacks=[reduce], verbose=0, engine="compiled")
    assert float(model.optimizer.learning_rate) < 0.05


def test_not_a_number_ends_training():
    model = build("dense")
    broken = X.copy()
    broken[0, 0] = np.nan
    history = fit(
        model, broken, Y, epochs=5, callbacks=[keras.callbacks.TerminateOnNaN()], verbose=0, engine="compiled"
    )
    assert len(history.history["loss"]) == 1


class _OnBatches(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.batches = 0

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1


def test_what_acts_on_batches_trains_natively_and_says_so(caplog):
    caplog.set_level("INFO")
    counter = _OnBatches()
    fit(build("dense"), X, Y, epochs=1, batch_size=10, callbacks=[counter], verbose=0)
    assert counter.batches == 7
    assert "_OnBatches" in caplog.text
    with pytest.raises(Unsupported, match="_OnBatches"):
        fit(build("dense"), X, Y, callbacks=[counter], verbose=0, engine="compiled")


def test_an_unknown_layer_trains_natively():
    class Mine(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.seen = keras.metrics.Mean()  # a layer with metrics is not traced

        def call(self, x):
            return x * 2.0

    model = keras.Sequential([keras.Input((6,)), Mine(), keras.layers.Dense(3, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert len(fit(model, X, Y, epochs=2, verbose=0).history["loss"]) == 2
    with pytest.raises(Unsupported, match="Mine"):
        fit(model, X, Y, verbose=0, engine="compiled")


def test_models_without_a_graph_train_natively(caplog):
    class Subclassed(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(3, "softmax")

        def call(self, x):
            return self.dense(x)

    caplog.set_level("INFO")
    for model, why in (
        (Subclassed(), "subclassed"),
        (keras.Sequential([keras.layers.Dense(3, "softmax")]), "not built"),
    ):
        model.compile("sgd", "sparse_categorical_crossentropy")
        assert len(fit(model, X, Y, verbose=0).history["loss"]) == 1
        assert why in caplog.text


def test_inputs_by_name_and_by_place():
    a, b = keras.Input((2,), name="a"), keras.Input((4,), name="b")
    outputs = keras.layers.Dense(3, "softmax")(keras.layers.Concatenate()([a, b]))
    start = keras.Model([a, b], outputs).get_weights()
    ways = [({"b": b, "a": a}, {"a": X[:, :2], "b": X[:, 2:]}), ([a, b], [X[:, :2], X[:, 2:]])]
    results = []
    for entry, given in ways:
        for train in (fit, keras.Model.fit):
            model = keras.Model(entry, outputs)
            model.set_weights(start)
            model.compile("sgd", "sparse_categorical_crossentropy")
            results.append(train(model, given, Y, epochs=2, shuffle=False, verbose=0).history["loss"])
    np.testing.assert_allclose(results, [results[0]] * 4, rtol=1e-5)


def test_programs_are_shared_by_models_of_one_signature():
    engine, losses = CompiledEngine(), []
    for strength in (1e-3, 1e-1):
        model = keras.Sequential(
            [
                keras.Input((6,)),
                keras.layers.Dense(4, "relu", kernel_regularizer=keras.regularizers.L2(strength)),
                keras.layers.Dense(3, "softmax"),
            ]
        )
        model.compile(keras.optimizers.Adam(strength), "sparse_categorical_crossentropy")
        losses.append(fit(model, X, Y, verbose=0, engine="compiled", compiled=engine).history["loss"])
    assert len(engine._programs) == 1
    assert losses[0] != losses[1]


def test_wrong_arguments_are_refused():
    with pytest.raises(SpaceError, match="fast"):
        fit(build("dense"), X, Y, engine="fast")
    with pytest.raises(DataError, match="rows"):
        fit(build("dense"), X, Y[:-1], engine="compiled")
    with pytest.raises(DataError, match="validation_split"):
        fit(build("dense"), X, Y, validation_split=0.999, engine="compiled")
