"""The engine of the search: many models, few programs, several at once."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine import Job, Rows
from layersmith.engine.auto import AutoEngine
from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.native import NativeEngine
from layersmith.engine.run import Run
from layersmith.records import Recipe
from layersmith.space import HyperParameters

RNG = np.random.default_rng(0)
X = RNG.normal(size=(203, 5)).astype("float32")
Y = (X[:, :1] * X[:, 1:2] + X[:, 2:3]).astype("float32")
DATA = Rows(x={"features": X}, y=Y)


def network(*units, activation="tanh", rate=0.0, loss="mse", optimizer="sgd", seed=0):
    keras.utils.set_random_seed(seed)
    entry = keras.Input((5,), name="features")
    x = entry
    for width in units:
        x = layers.Dropout(rate)(layers.Dense(width, activation)(x))
    model = keras.Model({"features": entry}, layers.Dense(1)(x))
    model.compile(optimizer, loss=loss, metrics=["mae"])
    return model


def fold(number=0, count=4):
    part = np.arange(number, 203, count)
    return {"train": np.setdiff1d(np.arange(203), part), "validation": part}


def job(epochs=5, rows=DATA, split=None, **options):
    split = split or fold()
    recipe = Recipe(epochs=epochs, batch_size=options.pop("batch_size", 16), learning_rate=0.05, patience=0)
    train, held = (Rows(x=rows.x, y=rows.y, index=split[name]) for name in ("train", "validation"))
    return Job(train=train, validation=held, recipe=recipe, **options)


def test_it_leaves_the_weights_of_the_best_epoch_and_their_outputs():
    model = network(6)
    trained = CompiledEngine().begin(model, job(30, batch_size=8))()
    held = fold()["validation"]
    np.testing.assert_allclose(trained.outputs, model.predict({"features": X[held]}, verbose=0), rtol=1e-4, atol=1e-5)
    curve = trained.training.curves["val_loss"]
    assert trained.training.best_epoch == int(np.argmin(curve)) + 1
    assert np.mean((trained.outputs - Y[held]) ** 2) == pytest.approx(min(curve), rel=1e-4)
    assert (trained.training.engine, trained.training.fallback) == ("compiled", "")


def test_it_learns_what_keras_learns():
    whole = job(20, batch_size=203)
    ours, theirs = network(6), network(6)
    compiled, native = CompiledEngine().begin(ours, whole)(), NativeEngine().begin(theirs, whole)()
    for name, curve in native.training.curves.items():
        np.testing.assert_allclose(compiled.training.curves[name], curve, rtol=1e-4, err_msg=name)
    for mine, keras_own in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, keras_own, rtol=1e-3, atol=1e-6)


def test_widths_activations_rates_and_folds_share_one_program():
    engine = CompiledEngine()
    for number, (units, activation, rate) in enumerate(
        [((64, 64), "relu", 0.0), ((5, 40), "gelu", 0.3), ((33, 8), "selu", 0.1)]
    ):
        for index in range(2):
            engine.begin(network(*units, activation=activation, rate=rate), job(2, split=fold(index, 3 + number)))()
    assert len(engine.programs) == 1
    (program,) = engine.programs
    assert len(program.train) == len(program.score) == 1


def test_a_program_has_branches_for_the_activations_of_the_space():
    engine, space = CompiledEngine(), HyperParameters()
    space.Choice("activation", ["relu", "swish"])
    engine.expect(space)
    for width, activation in [(9, "relu"), (5, "silu"), (6, "gelu")]:
        engine.begin(network(width, activation=activation), job(2))()
    shared, own = engine.programs
    assert len(shared.train) == len(own.train) == 1
    space.Choice("head", ["gelu", "softmax"])
    engine.expect(space)
    for activation in ("relu", "gelu"):
        engine.begin(network(7, activation=activation), job(2))()
    assert len(engine.programs) == 3


def test_what_is_begun_before_another_trained_starts_from_the_same_weights():
    model, engine = network(6), CompiledEngine()
    runs = [engine.begin(model, job(3)) for _ in range(2)]
    first, second = (run().training.curves for run in runs)
    assert first == second


def test_candidates_trained_at_once_are_those_trained_one_after_another():
    widths = [(4,), (9,), (30,), (12,), (4, 9), (20, 3)]
    alone = [
        CompiledEngine().begin(network(*units, seed=i), job(6))().training.curves for i, units in enumerate(widths)
    ]
    engine = CompiledEngine()
    begun = [engine.begin(network(*units, seed=i), job(6)) for i, units in enumerate(widths)]
    with ThreadPoolExecutor(3) as pool:
        together = [future.result().training.curves for future in [pool.submit(run) for run in begun]]
    for one, other in zip(alone, together, strict=True):
        for name in one:
            np.testing.assert_allclose(other[name], one[name], rtol=2e-3, err_msg=name)


def test_a_data_set_is_placed_on_the_device_once():
    engine = CompiledEngine()
    for number in range(3):
        engine.begin(network(4 + number), job(1))()
    assert len(engine._device._placed) == 2


def test_the_same_candidates_in_the_same_order_give_the_same_curves_in_any_thread():
    def search():
        engine = CompiledEngine()
        runs = [engine.begin(network(width, rate=0.2, seed=width), job(4)) for width in (6, 60, 13)]
        with ThreadPoolExecutor(2) as pool:
            return [future.result().training.curves for future in [pool.submit(run) for run in runs]]

    assert search() == search()


def test_without_padding_each_width_has_a_program_and_folds_share_it():
    engine = CompiledEngine(pads=False)
    for units, number in ((4, 0), (4, 1), (8, 0)):
        engine.begin(network(units), job(split=fold(number)))()
    assert len(engine.programs) == 2


def test_forgotten_programs_are_compiled_again():
    engine = CompiledEngine()
    first = engine.begin(network(4), job())()
    [program] = engine.programs
    assert len(program.train) == 1
    engine.forget()
    assert len(program.train) == 0
    assert engine.programs == ()
    again = engine.begin(network(4), job())()
    assert first.training.curves == again.training.curves


def test_layers_that_are_traced_as_they_are_take_no_padding():
    entry = keras.Input((5,), name="features")
    hidden = layers.Dense(3, kernel_regularizer=keras.regularizers.OrthogonalRegularizer(0.01))(entry)
    model = keras.Model({"features": entry}, layers.Dense(1)(layers.Dense(7)(hidden)))
    model.compile("sgd", "mse")
    assert AutoEngine().begin(model, job(2))().training.engine == "compiled"


def test_what_cannot_be_lowered_trains_natively_one_at_a_time():
    inside, lock = [], threading.Lock()

    def watch(epoch, metrics):
        with lock:
            inside.append(threading.get_ident())

    def build():
        entry = keras.Input((5,), name="features")
        model = keras.Model({"features": entry}, layers.Dense(1)(Measured()(entry)))
        model.compile("sgd", "mse")
        return model

    class Measured(layers.Layer):
        def __init__(self):
            super().__init__()
            self.seen = keras.metrics.Mean()  # a layer with metrics is not traced

        def call(self, x):
            return x

    engine = AutoEngine()
    begun = [engine.begin(build(), job(2, on_epoch=watch)) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        done = [future.result().training for future in [pool.submit(run) for run in begun]]
    assert {training.engine for training in done} == {"native"}
    assert all("Measured" in training.fallback for training in done)
    assert inside[0] == inside[1]
    assert inside[2] == inside[3]


def test_a_training_that_pauses_goes_on_as_if_it_had_not():
    seen = []
    options = {"on_epoch": lambda epoch, logs: seen.append(epoch), "batch_size": 8}
    straight, paused = (network(6, rate=0.3, optimizer=keras.optimizers.Adam(0.01)) for _ in range(2))
    whole = CompiledEngine().begin(straight, job(12, **options))()
    begun = CompiledEngine().begin(paused, job(12, **options))
    parts = [begun(share) for share in (1 / 9, 1 / 3, 1.0, 1.0)]
    assert [part.training.stopped for part in parts] == ["paused", "paused", "finished", "finished"]
    assert [part.training.epochs for part in parts] == [2, 4, 12, 12]
    assert seen == [*range(1, 13)] * 2
    assert parts[-1].training.curves == whole.training.curves
    assert parts[0].training.seconds < parts[1].training.seconds < parts[2].training.seconds
    np.testing.assert_array_equal(parts[-1].outputs, whole.outputs)
    for ours, theirs in zip(paused.get_weights(), straight.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_what_it_shows_at_a_pause_is_the_best_so_far():
    model = network(6)
    trained = CompiledEngine().begin(model, job(12))(0.5)
    held = fold()["validation"]
    np.testing.assert_allclose(trained.outputs, model.predict({"features": X[held]}, verbose=0), rtol=1e-4, atol=1e-5)
    curve = trained.training.curves["val_loss"]
    assert trained.training.best_epoch == int(np.argmin(curve)) + 1
    assert len(curve) == 6


@pytest.mark.parametrize("schedule", ["constant", "one_cycle", "plateau", "own"])
@pytest.mark.parametrize("options", [{}, {"seconds": 60.0}, {"stop_after": 7}])
def test_an_epoch_begun_ahead_is_the_one_that_follows(monkeypatch, schedule, options):
    recipe = Recipe(epochs=15, batch_size=8, learning_rate=0.05, schedule=schedule, patience=5)
    found, begun = [], []
    epoch = Run._begun
    monkeypatch.setattr(Run, "_begun", lambda self, *args: begun.append(args[1:]) or epoch(self, *args))
    for seconds in (0.0, math.inf):
        monkeypatch.setattr("layersmith.engine.run._SHORT_EPOCH", seconds)
        model, ended = network(6, rate=0.2, optimizer=keras.optimizers.Adam(0.05)), []
        given = job(**options, on_epoch=lambda number, logs, ended=ended: ended.append((number, logs)))
        training = CompiledEngine().begin(model, replace(given, recipe=recipe))
        parts = [training(share) for share in (1 / 5, 1.0)]
        curves = [part.training.curves for part in parts]
        found.append((curves, parts[-1].training.stopped, ended, parts[-1].outputs.tolist(), model.get_weights()))
    (*one, weights), (*other, other_weights) = found
    assert one == other
    for ours, theirs in zip(weights, other_weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert ((1,) in begun) == (schedule != "plateau")
