"""The loop beside Keras' own: the same arguments and callbacks leave the same history, weights and output."""

import re
import subprocess
import sys

import keras
import numpy as np
import pandas as pd
import pytest
from keras import callbacks

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fit import fit

RNG = np.random.default_rng(0)
X = RNG.normal(size=(22, 4)).astype("float32")
Y = np.digitize(X.sum(axis=1), [-1.0, 1.0])
ENGINE = CompiledEngine()


def build(optimizer=None, metrics=("accuracy",), rate=0.1):
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    model.compile(
        optimizer or keras.optimizers.SGD(rate, momentum=0.9), "sparse_categorical_crossentropy", metrics=list(metrics)
    )
    return model


def train(kind, model, x=X, y=Y, **arguments):
    settings = {"epochs": 3, "batch_size": 8, "shuffle": False, "verbose": 0, **arguments}
    if kind == "mine":
        return fit(model, x, y, engine="compiled", compiled=ENGINE, **settings)
    return model.fit(x, y, **settings)


def follow(make=build, watch=lambda kind: None, **arguments):
    """Train both ways; assert equal logs and weights, and return both models."""
    models = {}
    logs = {}
    for kind in ("theirs", "mine"):
        models[kind] = make()
        logs[kind] = train(kind, models[kind], callbacks=watch(kind), **arguments).history
    assert list(logs["mine"]) == list(logs["theirs"])
    for name, values in logs["theirs"].items():
        np.testing.assert_allclose(logs["mine"][name], values, rtol=1e-4, atol=1e-6, err_msg=name)
    for mine, theirs in zip(models["mine"].get_weights(), models["theirs"].get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)
    return models["mine"], models["theirs"]


ARGUMENTS = {
    "part of the rows each epoch": {"steps_per_epoch": 2, "epochs": 4},
    "part of the validation": {"validation_split": 0.4, "validation_steps": 2, "validation_batch_size": 3},
    "shuffled batches": {"shuffle": "batch", "batch_size": 30},
    "frames": {"x": pd.DataFrame(X), "y": pd.Series(Y), "sample_weight": pd.Series(np.linspace(0.1, 1.0, 22))},
}


@pytest.mark.filterwarnings("ignore:Your input ran out of data", "ignore:the data hold")
@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments_mean_what_they_mean_in_keras(name):
    follow(**ARGUMENTS[name])


class Halved(callbacks.Callback):
    """Halves the weights and the momentum after each epoch."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.set_weights([weight / 2 for weight in self.model.get_weights()])
        for slot in self.model.optimizer.variables[2:]:
            slot.assign(slot / 2)


def test_what_a_callback_sets_is_taken_over():
    follow(watch=lambda kind: [Halved()])


def averaging():
    return build(keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.7))


@pytest.mark.parametrize("swap_on_epoch", [False, True])
def test_validation_may_see_averaged_weights(swap_on_epoch):
    follow(averaging, lambda kind: [callbacks.SwapEMAWeights(swap_on_epoch)], validation_split=0.3)


def test_early_stopping_restores_the_weights_that_keras_restores():
    mine, _ = follow(
        lambda: build(rate=3.0),  # far too much: the loss goes up and down
        lambda kind: [callbacks.EarlyStopping("loss", patience=3, restore_best_weights=True)],
        epochs=12,
    )
    assert mine.stop_training


def test_a_metric_may_be_monitored_in_its_own_direction():
    mine, _ = follow(
        watch=lambda kind: [callbacks.EarlyStopping("val_accuracy", patience=1, restore_best_weights=True)],
        validation_split=0.3,
        epochs=8,
    )
    assert [metric.name for metric in mine.metrics] == ["loss", "compile_metrics"]


def test_rates_change_between_epochs_as_in_keras():
    follow(
        watch=lambda kind: [
            callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.7),
            callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=10.0),
        ]
    )


def test_checkpoints_hold_the_weights_and_the_optimizer_of_their_epoch(tmp_path):
    model = build()
    train("mine", model, callbacks=[callbacks.ModelCheckpoint(str(tmp_path / "{epoch}.keras"))])
    short = build()
    train("mine", short, epochs=2)
    saved = keras.saving.load_model(tmp_path / "2.keras")
    for one, other in zip(saved.get_weights(), short.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert int(saved.optimizer.iterations) == 6


class Broken(Exception):
    """Ends training from within."""


def breaking(at):
    def schedule(epoch, rate):
        if epoch == at:
            raise Broken
        return rate

    return callbacks.LearningRateScheduler(schedule)


def test_a_run_that_broke_goes_on_from_its_backup(tmp_path):
    backup, model, whole = str(tmp_path / "backup"), build(), build()
    with pytest.raises(Broken):
        train("mine", model, epochs=4, callbacks=[callbacks.BackupAndRestore(backup), breaking(2)])
    again = build()
    history = train("mine", again, epochs=4, callbacks=[callbacks.BackupAndRestore(backup)])
    train("mine", whole, epochs=4)
    assert history.epoch == [2, 3]
    for one, other in zip(again.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_what_ends_training_from_within_leaves_the_weights_of_the_last_epoch():
    model, short = build(), build()
    with pytest.raises(Broken):
        train("mine", model, callbacks=[breaking(2)])
    train("mine", short, epochs=2)
    for one, other in zip(model.get_weights(), short.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert int(model.optimizer.iterations) == int(short.optimizer.iterations) == 6


class Order(callbacks.Callback):
    """Writes down which hooks are called, with what."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def on_train_begin(self, logs=None):
        self.calls.append(("train begins", self.params))

    def on_epoch_begin(self, epoch, logs=None):
        self.calls.append(("epoch begins", epoch))

    def on_test_begin(self, logs=None):
        self.calls.append("test begins")

    def on_test_end(self, logs=None):
        self.calls.append(("test ends", sorted(logs)))

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append(("epoch ends", epoch, list(logs), self.model.optimizer.iterations.numpy()))

    def on_train_end(self, logs=None):
        self.calls.append(("train ends", list(logs)))


def test_callbacks_are_called_as_keras_calls_them():
    orders = {kind: Order() for kind in ("mine", "theirs")}
    follow(watch=lambda kind: [orders[kind]], validation_split=0.3, validation_freq=2, initial_epoch=1)
    assert orders["mine"].calls == orders["theirs"].calls


def test_one_value_per_class_stays_an_array():
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=[keras.metrics.F1Score(name="f1")])
    history = train("mine", model, y=np.eye(3, dtype="float32")[Y]).history
    assert np.shape(history["f1"]) == (3, 3)


def shown(kind, capsys, **arguments):
    """The last line of each epoch that training writes, times and numbers left out."""
    train(kind, build(), **arguments)
    written = re.sub(r"\x1b\[\d+m|\x08", "", capsys.readouterr().out)
    plain = re.sub(r"\d+(s|ms|us)\b", "T", re.sub(r": [\d.e+-]+", ": N", written))
    return [line for line in re.split(r"[\r\n]+", plain) if line.startswith("Epoch") or "val_" in line]


@pytest.mark.parametrize("verbose", ["auto", 0, 1, 2])
def test_the_bar_ends_as_that_of_keras(verbose, capsys):
    arguments = {"verbose": verbose, "validation_split": 0.3, "epochs": 2}
    mine, theirs = (shown(kind, capsys, **arguments) for kind in ("mine", "theirs"))
    assert mine == theirs
    assert len(mine) == (0 if verbose == 0 else 4)


def test_only_the_training_and_the_evaluation_are_compiled():
    code = """
import logging
import jax, keras, numpy as np
from layersmith.engine.fit import fit
from layersmith.families.initial import drawn_by_numpy

class Seen(logging.Handler):
    def emit(self, record):
        if "Finished XLA compilation" in record.getMessage():
            print("compiled", record.getMessage().split()[4])

with drawn_by_numpy():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.BatchNormalization()])
model.compile("adam", "mse", metrics=["mae"])
jax.config.update("jax_log_compiles", True)
for name in [name for name in logging.root.manager.loggerDict if name.startswith("jax")]:
    logging.getLogger(name).addHandler(Seen())
watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: model.get_weights())
x, y = np.ones((10, 4)), np.ones((10, 3))
fit(model, x, y, epochs=2, validation_split=0.2, callbacks=[watch], verbose=0, engine="compiled")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert sorted(set(done.stdout.split()) - {"compiled"}) == ["jit(_evaluate)", "jit(_train)"]
