"""Trials that train at once."""

import threading
import time
from typing import ClassVar

import keras
import numpy as np
import pytest

import layersmith.keras_tuner as kt
from layersmith.executors import local
from layersmith.keras_tuner.engine.ahead import says_epochs
from layersmith.keras_tuner.engine.trial import Trial
from layersmith.space import HyperParameters

X = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
Y = X[:, :1] * 2.0
EPOCHS = 3


def build(hp):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(hp.Int("units", 2, 64)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(hp.Float("rate", 1e-4, 1e-2, sampling="log")), "mse")
    return model


@pytest.fixture
def make(tmp_path):
    def made(build=build, kind=kt.BayesianOptimization, **arguments):
        given = {"objective": "val_loss", "max_trials": 6, "seed": 1, "directory": tmp_path, "project_name": "it"}
        return kind(build, **{**given, **arguments})

    return made


@pytest.fixture
def cores(monkeypatch):
    return lambda number: monkeypatch.setattr(local, "count_cores", lambda: number)


def search(tuner, **arguments):
    given = {"epochs": EPOCHS, "validation_data": (X[16:], Y[16:]), "verbose": 0}
    tuner.search(X[:16], Y[:16], **{**given, **arguments})
    return tuner


def told(tuner):
    return [(trial.hyperparameters.values, trial.score) for trial in tuner.oracle.trials.values()]


def each_epoch(function):
    """Return a callback of Keras' own that calls a function when an epoch begins, and leaves the rate as it is."""

    def schedule(epoch, rate):
        function(epoch)
        return rate

    return keras.callbacks.LearningRateScheduler(schedule)


class Threads(keras.callbacks.Callback):
    """A callback of the user's, which notes the threads it is called in."""

    seen: ClassVar[set[str]] = set()

    def on_epoch_begin(self, epoch, logs=None):
        self.seen.add(threading.current_thread().name)


class Logging(kt.RandomSearch):
    pass


def test_two_trials_train_at_once(make, cores):
    cores(2)
    meeting = threading.Barrier(2, timeout=60)  # broken where one trial waits for the other to end
    tuner = search(make(max_trials=2), callbacks=[each_epoch(lambda epoch: meeting.wait())])
    assert [trial.status for trial in tuner.oracle.trials.values()] == ["COMPLETED"] * 2


def test_the_number_of_cores_changes_nothing(make, cores):
    found = []
    for number in (1, 2, 4):
        cores(number)
        found.append(told(search(make(project_name=f"on_{number}"))))
    assert found[0] == found[1] == found[2]


def test_bayesian_optimization_waits_for_all_but_one_result(make, cores, monkeypatch):
    cores(4)
    pending = []
    for kind in (kt.BayesianOptimization, kt.RandomSearch):
        tuner, most = make(kind=kind, project_name=kind.__name__), []
        populate = tuner.oracle.populate_space
        monkeypatch.setattr(
            tuner.oracle,
            "populate_space",
            lambda name, most=most, populate=populate, oracle=tuner.oracle: (
                most.append(len(oracle.ongoing_trials)) or populate(name)
            ),
        )
        search(tuner)
        pending.append(max(most))
    assert pending == [1, 3]


def test_training_ahead_gives_what_training_one_by_one_gives(make):
    """Random values do not depend on earlier results, and weights not on what trains beside them."""
    ahead = told(search(make(kind=kt.RandomSearch)))
    one_by_one = told(search(make(kind=kt.RandomSearch, project_name="slow"), callbacks=[Threads()]))
    assert [values for values, _ in ahead] == [values for values, _ in one_by_one]
    assert [score for _, score in ahead] == pytest.approx([score for _, score in one_by_one], rel=1e-5)


def test_hyperband_goes_on_with_trials_that_trained_at_once(make):
    tuner = search(hyperband(make))
    trials = tuner.oracle.trials.values()
    promoted = [trial for trial in trials if "tuner/trial_id" in trial.hyperparameters.values]
    assert promoted
    for trial in promoted:
        values = trial.hyperparameters.values
        assert len(trial.curves[0]["loss"]) == values["tuner/epochs"] - values["tuner/initial_epoch"]
        before = tuner.oracle.get_trial(str(values["tuner/trial_id"]))
        assert trial.curves[0]["loss"][0] < before.curves[0]["loss"][0]  # with its weights, not from new ones


@pytest.mark.parametrize(
    "arguments",
    [{"kind": kt.RandomSearch, "callbacks": [Threads()]}, {"kind": Logging}, {"executions_per_trial": 2}],
    ids=["callback", "subclass", "executions"],
)
def test_code_of_the_users_sees_one_trial_at_a_time(make, cores, monkeypatch, arguments):
    cores(2)
    begun = []
    callbacks = arguments.pop("callbacks", None)
    tuner = make(max_trials=3, **arguments)
    end = tuner.oracle.end_trial
    monkeypatch.setattr(tuner.oracle, "end_trial", lambda trial: (begun.append(len(tuner.oracle.trials)), end(trial)))
    search(tuner, callbacks=callbacks)
    assert begun == [1, 2, 3]
    assert Threads.seen <= {"MainThread"}


def test_a_model_that_cannot_be_built_is_a_failed_trial(make):
    def sometimes(hp):
        if hp.Boolean("fails"):
            raise ValueError("no such model")
        return build(hp)

    tuner = search(make(sometimes, kind=kt.RandomSearch, max_consecutive_failed_trials=6))
    failed = {trial.status: trial.message for trial in tuner.oracle.trials.values()}
    assert set(failed) == {"COMPLETED", "FAILED"}
    assert "no such model" in failed["FAILED"]


def test_what_is_interrupted_goes_on_at_its_epoch(make, cores):
    cores(2)
    whole = told(search(make(project_name="whole")))
    meeting, over, epochs = threading.Barrier(2, timeout=60), threading.Event(), []

    interrupted = make()

    def interrupt(epoch):
        if epoch == 1 and not over.is_set():
            meeting.wait()  # both are in training now
            over.set()
            if threading.current_thread().name.endswith("_0"):  # it has the first trial, whose result is waited for
                raise KeyboardInterrupt
            assert interrupted._stop.wait(60)

    with pytest.raises(KeyboardInterrupt):
        search(interrupted, callbacks=[each_epoch(interrupt)])
    tuner = make()
    assert tuner.oracle.get_state()["retry_queue"][-2:] == ["1", "0"]  # the first one is taken up first
    search(tuner, callbacks=[each_epoch(epochs.append)])
    assert epochs.count(0) <= len(whole) - 2  # none of the two begins anew; a third may have begun before the end
    assert epochs.count(1) <= len(whole)
    assert [score for _, score in told(tuner)] == pytest.approx([score for _, score in whole], rel=1e-5)


def test_a_fatal_error_ends_the_others_after_their_epoch(make, cores):
    cores(2)
    begun = []

    def broken(hp):
        if len(begun) == 3:  # two are in training then
            raise kt.errors.FatalValueError("wrong from the ground up", expected="sense", fix="none")
        begun.append(hp)
        return build(hp)

    tuner = make(kind=kt.RandomSearch, hyperparameters=space(), tune_new_entries=False)
    tuner.hypermodel = kt.engine.hypermodel.get_hypermodel(broken)
    started = time.monotonic()
    with pytest.raises(kt.errors.FatalValueError, match="from the ground up"):
        search(tuner, epochs=10**9)
    assert time.monotonic() - started < 300


def test_a_budget_leaves_none_waiting(make, cores):
    cores(2)
    tuner = search(make(budget="5s", max_trials=100), epochs=10**9)
    assert [trial.status for trial in tuner.oracle.trials.values()] == ["COMPLETED"] * 2


def test_epochs_are_told_once_a_second(monkeypatch):
    now, lines = [0.0], []
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    trial = Trial(HyperParameters())
    trial.number = 2
    on_epoch = says_epochs(trial, 10, lines.append)
    for epoch in range(4):
        now[0] += 0.4
        on_epoch(epoch, {"loss": 0.123456, "val_loss": np.float32(2.0)})
    assert lines == ["Trial 3, epoch 3/10 - loss: 0.1235, val_loss: 2"]


def hyperband(make):
    return make(kind=lambda build, max_trials, **given: kt.Hyperband(build, max_epochs=4, factor=2, **given))


def space():
    hp = HyperParameters()
    hp.Int("units", 2, 64)
    hp.Float("rate", 1e-4, 1e-2, sampling="log")
    return hp
