import os
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers
from sklearn import datasets
from sklearn.preprocessing import scale

import layersmith as ls
from layersmith.engine.fit import fit
from layersmith.errors import DataError, SpaceError, TrainingError
from layersmith.experiments import find_learning_rate as finder
from layersmith.families.initial import drawn_by_numpy

RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 4)).astype("float32")
Y = (X[:, :1] * X[:, 1:2] + X[:, 2:3]).astype("float32")
QUICK = {"steps": 60, "restarts": 1}


def build(x, y, optimizer="adam", rate=1e-3, units=(32, 32), between=()):
    classes = y.ndim == 1
    with drawn_by_numpy():
        hidden = [layers.Dense(width, "relu") for width in units]
        last = layers.Dense(int(y.max()) + 1 if classes else 1, "softmax" if classes else None)
        model = keras.Sequential([keras.Input(x.shape[1:]), *hidden, *between, last])
    chosen = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}[optimizer](rate)
    model.compile(chosen, "sparse_categorical_crossentropy" if classes else "mse")
    return model


def state(model):
    return [np.array(variable).tobytes() for variable in (*model.variables, *model.optimizer.variables)]


def table(load, classes):
    def loaded(shared_data):
        x, y = load(return_X_y=True)
        return scale(x).astype("float32"), y.astype("int32") if classes else scale(y).astype("float32")[:, None]

    return loaded


def california(shared_data):
    frame = pd.read_csv(shared_data / "california.csv.gz").drop(columns="split").sample(4000, random_state=0)
    target = scale(frame.pop("median_house_value")).astype("float32")
    return scale(frame).astype("float32"), target[:, None]


SETS = {
    "digits": table(datasets.load_digits, True),
    "wine": table(datasets.load_wine, True),
    "cancer": table(datasets.load_breast_cancer, True),
    "diabetes": table(datasets.load_diabetes, False),
    "california": california,
}


def grid_best(x, y, optimizer):
    """The rate of a grid whose mean validation loss after ten epochs is best, over four splits."""
    rates = np.geomspace(1e-5, 10, 13)
    losses = np.zeros(len(rates))
    for seed in range(4):
        keras.utils.set_random_seed(seed)
        order = np.random.default_rng(seed).permutation(len(x))
        held, train = order[: len(x) // 4], order[len(x) // 4 :]
        validation = (x[held], y[held])
        for place, rate in enumerate(rates):
            model = build(x, y, optimizer, float(rate))
            history = fit(model, x[train], y[train], epochs=10, validation_data=validation, verbose=0).history
            losses[place] += np.nan_to_num(history["val_loss"][-1], nan=np.inf)
    return rates[np.argmin(losses)]


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
@pytest.mark.parametrize("name", SETS)
def test_it_is_within_a_factor_of_ten_of_a_grid_search(name, optimizer, shared_data):
    x, y = SETS[name](shared_data)
    keras.utils.set_random_seed(0)
    found, best = ls.find_learning_rate(build(x, y, optimizer), x, y), grid_best(x, y, optimizer)
    print(f"{name} {optimizer}: {found.rate:.2g}, grid {best:.2g}")
    assert best / 10 <= found.rate <= best * 10


@pytest.mark.parametrize(("optimizer", "low", "high"), [("adam", 1e-3, 5e-2), ("sgd", 1e-2, 0.5)])
def test_it_finds_the_usual_rates(optimizer, low, high, shared_data):
    x, y = SETS["wine"](shared_data)
    found = ls.find_learning_rate(build(x, y, optimizer), x, y)
    assert low <= found.rate <= high
    assert found.rates.shape == found.losses.shape == (120,)
    assert np.isinf(found.losses[-1]) or found.losses[-1] > found.losses.min()


def test_the_model_is_as_before_bit_by_bit():
    model = build(X, Y, between=[layers.BatchNormalization(), layers.Dropout(0.2)])
    model.fit(X, Y, epochs=2, verbose=0)
    before, optimizer, history = state(model), model.optimizer, model.history
    ls.find_learning_rate(model, X, Y, **QUICK)
    assert state(model) == before
    assert (model.optimizer, model.history) == (optimizer, history)


class Raising(layers.Layer):
    """A layer that fails once training has begun."""

    def call(self, inputs, training=False):
        if training:
            raise RuntimeError("no")
        return inputs


def test_the_model_is_as_before_when_the_test_raises():
    model = build(X, Y, between=[Raising()])
    before, optimizer = state(model), model.optimizer
    with pytest.raises(RuntimeError, match="no"):
        ls.find_learning_rate(model, X, Y, **QUICK)
    assert state(model) == before
    assert model.optimizer is optimizer


def test_the_model_is_as_before_when_the_test_is_interrupted(monkeypatch):
    watch, handler = finder._Watch.on_epoch_end, signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupted(self, epoch, logs=None):
        watch(self, epoch, logs)
        if epoch == 5:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(finder._Watch, "on_epoch_end", interrupted)
    model = build(X, Y)
    model.fit(X, Y, epochs=1, verbose=0)
    before, optimizer = state(model), model.optimizer
    try:
        with pytest.raises(KeyboardInterrupt):
            ls.find_learning_rate(model, X, Y, **QUICK)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert state(model) == before
    assert model.optimizer is optimizer


def test_a_schedule_gives_way_and_comes_back():
    model = build(X, Y, rate=keras.optimizers.schedules.CosineDecay(0.1, 10))
    schedule = model.optimizer._learning_rate
    assert ls.find_learning_rate(model, X, Y, **QUICK).rate > 0
    assert model.optimizer._learning_rate is schedule


def test_the_same_seed_finds_the_same():
    model = build(X, Y)
    one, other = (ls.find_learning_rate(model, X, Y, seed=3, **QUICK) for _ in range(2))
    np.testing.assert_array_equal(one.losses, other.losses)


def test_what_has_no_compiled_form_is_tested_natively():
    model = build(X, Y)
    model.compile(keras.optimizers.Lamb(1e-3), "mse")
    compiled = ls.find_learning_rate(build(X, Y), X, Y, **QUICK)
    assert ls.find_learning_rate(model, X, Y, **QUICK).losses.shape == compiled.losses.shape


def test_several_inputs_and_fewer_rows_than_a_batch():
    left, right = keras.Input((2,), name="left"), keras.Input((2,), name="right")
    model = keras.Model({"left": left, "right": right}, layers.Dense(1)(layers.Concatenate()([left, right])))
    model.compile("sgd", "mse")
    found = ls.find_learning_rate(model, {"left": X[:20, :2], "right": X[:20, 2:]}, Y[:20], **QUICK)
    assert 1e-3 < found.rate < 1.0


def test_it_works_on_tensorflow():
    code = """
import keras, numpy as np, layersmith as ls
x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(1e-3), "mse")
model.fit(x, x[:, :1], verbose=0)
state = lambda: [np.array(v).tobytes() for v in (*model.variables, *model.optimizer.variables)]
before = state()
assert 1e-4 < ls.find_learning_rate(model, x, x[:, :1], steps=60, restarts=2).rate < 1
assert state() == before
model.fit(x, x[:, :1], verbose=0)
"""
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_what_makes_no_sense_is_refused():
    model = build(X, Y)
    for wrong in ({"low": 0.0}, {"low": 1.0, "high": 0.1}, {"steps": 5}, {"restarts": 0}, {"batch_size": 0}):
        with pytest.raises(SpaceError):
            ls.find_learning_rate(model, X, Y, **wrong)
    with pytest.raises(DataError, match="no rows"):
        ls.find_learning_rate(model, X[:0], Y[:0])
    with pytest.raises(TrainingError, match="falls at no"):
        ls.find_learning_rate(model, X, np.full_like(Y, np.nan))


def test_models_it_cannot_restore_are_refused():
    unbuilt = keras.Sequential([layers.Dense(1)])
    unbuilt.compile("sgd", "mse")
    with pytest.raises(SpaceError, match="not built"):
        ls.find_learning_rate(unbuilt, X, Y)
    scaled = build(X, Y)
    scaled.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD()), "mse")
    with pytest.raises(SpaceError, match="LossScaleOptimizer"):
        ls.find_learning_rate(scaled, X, Y)
    with pytest.raises(SpaceError, match="not compiled"):
        ls.find_learning_rate(keras.Sequential([keras.Input((4,)), layers.Dense(1)]), X, Y)
