"""Training through `model.fit`."""

import itertools
import json
import os
import subprocess
import sys
import time

import keras
import numpy as np
import pytest

from layersmith.engine import Job, Rows
from layersmith.engine.native import NativeEngine
from layersmith.engine.seeding import seeded
from layersmith.records import Recipe


def rows(count=64, seed=0):
    x = np.random.default_rng(seed).normal(size=(count, 3)).astype("float32")
    return Rows(x={"features": x}, y=(x @ np.array([1.0, -2.0, 0.5], "float32") + 1)[:, None])


def network(optimizer="sgd", initializer="zeros"):
    entry = keras.Input((3,), name="features")
    model = keras.Model({"features": entry}, keras.layers.Dense(1, kernel_initializer=initializer)(entry))
    model.compile(optimizer, loss="mean_squared_error", metrics=["mean_absolute_error"])
    return model


def job(epochs=6, validation=True, **options):
    recipe = {"optimizer": "sgd", "learning_rate": 0.05, "batch_size": 16, "epochs": epochs, "patience": 0}
    recipe.update({name: options.pop(name) for name in list(options) if name in Recipe.__dataclass_fields__})
    held = rows(40, 1) if validation is True else validation
    return Job(train=options.pop("train", rows()), validation=held or None, recipe=Recipe(**recipe), **options)


def weights(model):
    return [np.array(keras.ops.convert_to_numpy(weight)) for weight in model.weights]


class Recorder(keras.optimizers.SGD):
    """Remembers the learning rates it is given."""

    def __init__(self):
        super().__init__(0.7)
        self.given = []

    def __setattr__(self, name, value):
        if name == "learning_rate" and hasattr(self, "given"):
            self.given.append(float(value))
        super().__setattr__(name, value)


def train(model, job):
    return NativeEngine().begin(model, job)().training


def test_it_learns():
    model = network()
    training = train(model, job(30))
    assert set(training.curves) == {"loss", "mean_absolute_error", "val_loss", "val_mean_absolute_error"}
    assert {len(curve) for curve in training.curves.values()} == {30}
    assert training.epochs == training.planned_epochs == 30
    assert training.stopped == "finished"
    assert training.seconds > 0
    assert training.curves["val_loss"][-1] < 0.01 < training.curves["val_loss"][0]
    np.testing.assert_allclose(weights(model)[0].ravel(), [1.0, -2.0, 0.5], atol=0.1)


def test_outputs_are_those_of_the_validation_rows_by_the_weights_it_kept():
    model, every = network(), rows(1500)
    held = Rows(x=every.x, y=every.y, index=np.arange(1400, 1100, -1))
    trained = NativeEngine().begin(model, job(3, validation=held))()
    expected = model.predict({"features": every.x["features"][held.index]}, verbose=0)
    np.testing.assert_allclose(trained.outputs, expected, rtol=1e-5)
    assert NativeEngine().begin(model, job(1, validation=None))().outputs is None


def test_all_that_is_begun_starts_from_the_same_weights():
    model = network()
    first, second = (NativeEngine().begin(model, job(2, batch_size=64)) for _ in range(2))
    np.testing.assert_allclose(first().training.curves["loss"], second().training.curves["loss"], rtol=1e-6)


def test_the_weights_of_the_best_epoch_come_back():
    seen = []
    model = network()

    def remember(epoch, metrics):
        seen.append((metrics["val_loss"], weights(model)))

    training = train(model, job(12, learning_rate=0.4, on_epoch=remember))
    losses = [loss for loss, _ in seen]
    assert training.best_epoch == int(np.argmin(losses)) + 1
    for now, best in zip(weights(model), seen[training.best_epoch - 1][1], strict=True):
        np.testing.assert_array_equal(now, best)
    assert model.evaluate(dict(rows(40, 1).x), rows(40, 1).y, verbose=0)[0] == pytest.approx(min(losses), rel=1e-5)


def test_a_refit_without_validation():
    training = train(network(), job(5, validation=None, schedule="cosine"))
    assert set(training.curves) == {"loss", "mean_absolute_error"}
    assert (training.best_epoch, training.stopped) == (5, "finished")


def test_a_refit_ends_after_the_epochs_asked():
    training = train(network(), job(10, validation=None, schedule="cosine", stop_after=4))
    assert (training.epochs, training.best_epoch, training.planned_epochs) == (4, 4, 10)


def test_learning_rates_follow_the_schedule():
    optimizer = Recorder()
    train(network(optimizer), job(4, schedule="cosine", learning_rate=0.1))
    np.testing.assert_allclose(optimizer.given, [0.1, 0.0853553, 0.05, 0.0146447], rtol=1e-5)


def test_learning_rates_take_effect():
    model = network()
    moves = [weights(model)]
    train(
        model,
        job(
            6,
            schedule="cosine",
            learning_rate=1e-4,
            on_epoch=lambda epoch, metrics: moves.append(weights(model)),
        ),
    )
    steps = [np.abs(after[0] - before[0]).sum() for before, after in itertools.pairwise(moves)]
    expected = [(1 + np.cos(np.pi * epoch / 6)) / 2 for epoch in range(6)]
    np.testing.assert_allclose(np.array(steps) / steps[0], expected, atol=0.02)


def test_patience_ends_training():
    held = rows(40, 1)
    held = Rows(x=held.x, y=-held.y)  # what is learned makes it worse
    training = train(network(), job(50, validation=held, patience=3))
    assert (training.stopped, training.best_epoch, training.epochs) == ("patience", 1, 4)


def test_an_interruption_is_honoured_within_an_epoch():
    polled = []

    def stop():
        polled.append(None)
        return len(polled) > 6

    training = train(network(), job(50, should_stop=stop))  # 4 batches an epoch
    assert training.stopped == "interrupted"
    assert training.epochs == 2
    assert len(polled) == 7


def test_an_interruption_keeps_the_best_weights():
    model = network()
    training = train(model, job(50, learning_rate=0.01, should_stop=lambda: True))
    assert (training.stopped, training.epochs, training.best_epoch) == ("interrupted", 1, 1)
    assert np.isfinite(weights(model)[0]).all()


def test_a_diverged_training_says_so_and_keeps_nothing():
    bad = rows()
    training = train(network(), job(train=Rows(x=bad.x, y=np.full_like(bad.y, np.nan))))
    assert (training.stopped, training.best_epoch, training.epochs) == ("diverged", 0, 1)
    assert np.isnan(training.curves["loss"][0])


def test_a_training_that_diverges_later_keeps_the_best_weights():
    model = network()

    def spoil(epoch, metrics):
        if epoch == 2:
            model.set_weights([np.full(weight.shape, np.nan, "float32") for weight in model.weights])

    training = train(model, job(on_epoch=spoil))
    assert (training.stopped, training.best_epoch, training.epochs) == ("diverged", 2, 3)
    assert np.isfinite(weights(model)[0]).all()


def test_every_epoch_is_reported():
    seen = []
    training = train(network(), job(3, on_epoch=lambda epoch, metrics: seen.append((epoch, metrics))))
    assert [epoch for epoch, _ in seen] == [1, 2, 3]
    assert tuple(metrics["val_loss"] for _, metrics in seen) == training.curves["val_loss"]


def test_a_time_limit_ends_a_long_training():
    training = train(network(), job(100_000, seconds=0.2, on_epoch=lambda epoch, metrics: time.sleep(0.01)))
    assert training.stopped == "time"
    assert training.planned_epochs < 100_000
    assert 3 <= training.epochs < 1000


def curve(seed):
    with seeded(seed):
        model = network(initializer="glorot_uniform")
        return train(model, job(3)).curves["loss"]


def test_same_seed_same_curve():
    assert curve(1) == curve(1)
    assert curve(1) != curve(2)


def test_a_model_can_be_trained_again():
    model = network()
    first = train(model, job(3, should_stop=lambda: True))
    second = train(model, job(3))
    assert (first.stopped, second.stopped, second.epochs) == ("interrupted", "finished", 3)


@pytest.mark.parametrize("count", [1, 15, 16, 17])
def test_few_rows(count):
    training = train(network(), job(2, train=rows(count)))
    assert np.isfinite(training.curves["loss"]).all()


def test_tensorflow_trains_the_same_way():
    code = """
import json
import numpy as np, keras
from layersmith.engine import Job, Rows
from layersmith.engine.native import NativeEngine
from layersmith.records import Recipe
x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
y = (x @ np.array([1.0, -2.0, 0.5], "float32") + 1)[:, None]
entry = keras.Input((3,), name="features")
model = keras.Model({"features": entry}, keras.layers.Dense(1, kernel_initializer="zeros")(entry))
model.compile("sgd", loss="mean_squared_error")
rows, polled, rates = Rows(x={"features": x}, y=y), [], []
recipe = Recipe(optimizer="sgd", learning_rate=0.1, schedule="cosine", batch_size=64, epochs=8, patience=0)
note = lambda epoch, metrics: rates.append(float(model.optimizer.learning_rate))
train = lambda job: NativeEngine().begin(model, job)().training
done = train(Job(train=rows, validation=rows, recipe=recipe, on_epoch=note))
stop = lambda: polled.append(0) or len(polled) > 2
cut = train(Job(train=rows, validation=rows, recipe=recipe, should_stop=stop))
print(json.dumps([keras.backend.backend(), done.to_dict(), cut.to_dict(), rates]))
"""
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert ran.returncode == 0, ran.stderr
    backend, done, cut, rates = json.loads(ran.stdout.splitlines()[-1])
    assert backend == "tensorflow"
    model = network()
    here = train(model, job(8, validation=rows(), schedule="cosine", learning_rate=0.1, batch_size=64))
    np.testing.assert_allclose(done["curves"]["loss"], here.curves["loss"], rtol=1e-4)
    assert (done["best_epoch"], done["stopped"]) == (8, "finished")
    assert (cut["stopped"], len(cut["curves"]["loss"])) == ("interrupted", 3)
    np.testing.assert_allclose(rates, [0.05 * (1 + np.cos(np.pi * epoch / 8)) for epoch in range(8)], rtol=1e-5)


def test_a_training_that_pauses_goes_on_as_if_it_had_not():
    rates = {"schedule": "cosine", "batch_size": 64, "epochs": 9}
    straight, paused = network("adam"), network("adam")
    whole = NativeEngine().begin(straight, job(**rates))()
    begun = NativeEngine().begin(paused, job(**rates))
    first = begun(1 / 3)
    paused.set_weights([np.zeros_like(weight) for weight in weights(paused)])  # as another fold's training does
    last = begun()
    assert (first.training.stopped, first.training.epochs) == ("paused", 3)
    assert (last.training.stopped, last.training.epochs) == ("finished", 9)
    np.testing.assert_allclose(last.training.curves["val_loss"], whole.training.curves["val_loss"], rtol=1e-5)
    np.testing.assert_allclose(last.outputs, whole.outputs, rtol=1e-5)
    assert begun().training == last.training
