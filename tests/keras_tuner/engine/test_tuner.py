import gc
import itertools
import json
import threading
import weakref

import keras
import numpy as np
import pytest

import layersmith.keras_tuner as kt
from layersmith.errors import RunFolderError
from layersmith.keras_tuner.engine.trial_run import CHECKPOINT
from layersmith.keras_tuner.errors import FatalTypeError, FatalValueError
from layersmith.keras_tuner.oracles import RandomSearchOracle

X = np.random.default_rng(0).normal(size=(24, 2)).astype("float32")
Y = X.sum(axis=1)


def build(hp):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(hp.Float("rate", 1e-3, 1e-1, sampling="log")), "mse", metrics=["mae"])
    return model


@pytest.fixture
def make(tmp_path):
    """Make a random search that is kept, without announcements."""

    def made(build=build, kind=kt.RandomSearch, **arguments):
        given = {"objective": "val_loss", "max_trials": 2, "seed": 1, "directory": tmp_path, "project_name": "it"}
        return kind(build, **{**given, **arguments})

    return made


def search(tuner, **arguments):
    tuner.search(X[:16], Y[:16], **{"epochs": 2, "validation_data": (X[16:], Y[16:]), "verbose": 0, **arguments})
    return tuner


class Watch(keras.callbacks.Callback):
    """Notes the epochs that begin; interrupts at one of them."""

    def __init__(self, epochs, at=None):
        super().__init__()
        self.epochs, self.at = epochs, at

    def on_epoch_begin(self, epoch, logs=None):
        if len(self.epochs) == self.at:
            raise KeyboardInterrupt
        self.epochs.append(epoch)

    def __deepcopy__(self, memo):
        return Watch(self.epochs, self.at)


class TestTraining:
    def test_the_best_model_has_the_score_of_its_trial(self, make):
        tuner = search(make())
        best, trial = tuner.get_best_models()[0], tuner.oracle.get_best_trials()[0]
        assert best.evaluate(X[16:], Y[16:], verbose=0, return_dict=True)["loss"] == pytest.approx(
            trial.score, rel=1e-5
        )
        assert tuner.load_model(trial).get_weights()[0].tolist() == best.get_weights()[0].tolist()
        assert trial.metrics.exists("val_mae")

    def test_curves_are_kept(self, make):
        tuner = search(make(executions_per_trial=2, max_trials=1), epochs=3)
        [trial] = tuner.oracle.trials.values()
        assert [sorted(curves) for curves in trial.curves] == [["loss", "mae", "val_loss", "val_mae"]] * 2
        assert [len(curves["loss"]) for curves in trial.curves] == [3, 3]
        assert trial.score == pytest.approx(np.mean([min(curves["val_loss"]) for curves in trial.curves]))
        assert trial.macs == 2
        kept = make().oracle.get_trial("0")
        assert (kept.params, kept.macs, kept.curves) == (3, trial.macs, trial.curves)

    def test_executions_begin_with_other_weights(self, make):
        [trial] = search(make(executions_per_trial=2, max_trials=1)).oracle.trials.values()
        assert trial.curves[0]["loss"] != trial.curves[1]["loss"]

    def test_the_same_seed_trains_the_same(self, make):
        found = [search(make(project_name=name)).to_dataframe()["val_loss"].tolist() for name in "ab"]
        assert found[0] == found[1]

    def test_a_models_parts_may_be_replaced(self, make):
        tuner = make(optimizer="adam", loss="mae", metrics=["mse"])
        model = search(tuner).get_best_models()[0]
        assert isinstance(model.optimizer, keras.optimizers.Adam)
        assert (model.loss, tuner.oracle.get_best_trials()[0].metrics.exists("val_mse")) == ("mae", True)

    def test_a_model_without_an_input_layer(self, make):
        def unbuilt(hp):
            model = keras.Sequential([keras.layers.Dense(hp.Choice("units", [1, 2])), keras.layers.Dense(1)])
            model.compile("sgd", "mse")
            return model

        tuner = search(make(unbuilt))
        best = tuner.get_best_models()[0]
        loss = best.evaluate(X[16:], Y[16:], verbose=0)
        assert loss == pytest.approx(tuner.oracle.get_best_trials()[0].score, rel=1e-5)

    def test_late_entries_hang_on_what_asks_for_them(self, make):
        def late(hp):
            if hp.Choice("kind", ["plain", "decayed"]) == "decayed":
                hp.Float("decay", 0.1, 0.9)
            return build(hp)

        tuner = search(make(late, max_trials=6, seed=3))
        values = [trial.hyperparameters.values for trial in tuner.oracle.trials.values()]
        assert {one["kind"] for one in values} == {"plain", "decayed"}
        assert all(("decay" in one) == (one["kind"] == "decayed") for one in values)

    def test_memory_does_not_grow(self, make):
        alive = []

        def counted(hp):
            model = build(hp)
            alive.append(weakref.ref(model))
            return model

        search(make(counted, max_trials=4))
        gc.collect()
        assert sum(reference() is not None for reference in alive) <= 1


class TestHyperModels:
    def test_fit_may_be_overridden(self, make):
        class Own(kt.HyperModel):
            def build(self, hp):
                return build(hp)

            def fit(self, hp, model, x, y, validation_data, callbacks=None, **kwargs):
                epochs = hp.Int("epochs", 1, 3)
                for callback in callbacks:
                    callback.set_model(model)
                for epoch in range(epochs):
                    loss = float(np.mean((model(x).__array__()[:, 0] - y) ** 2))
                    for callback in callbacks:
                        callback.on_epoch_end(epoch, logs={"mine": loss + epoch})
                return {"mine": loss, "epochs": epochs}

        tuner = search(make(Own(), objective=kt.Objective("mine", "min"), max_trials=3))
        trials = list(tuner.oracle.trials.values())
        assert all(len(trial.curves[0]["mine"]) == trial.hyperparameters.values["epochs"] for trial in trials[1:])
        assert len(tuner.get_best_models(3)) == 3

    def test_fit_of_the_base_class_may_be_called(self, make):
        class Own(kt.HyperModel):
            def build(self, hp):
                return build(hp)

            def fit(self, hp, model, *args, **kwargs):
                return super().fit(hp, model, *args, batch_size=hp.Choice("batch_size", [4, 8]), **kwargs)

        table = search(make(Own(), max_trials=3)).to_dataframe()
        assert set(table["batch_size"]) <= {4, 8}

    def test_fit_may_call_that_of_the_model(self, make, caplog):
        caplog.set_level("INFO")
        calls = []

        class Own(kt.HyperModel):
            def build(self, hp):
                return build(hp)

            def fit(self, hp, model, *args, **kwargs):
                calls.append(model.fit)
                return model.fit(*args, batch_size=hp.Choice("batch_size", [4, 8]), **kwargs)

        search(make(Own()))
        assert [call.__name__ for call in calls] == ["fit_compiled"] * 2
        assert "natively" not in caplog.text

    def test_what_fit_returns_is_checked(self, make):
        class Own(kt.HyperModel):
            def build(self, hp):
                return build(hp)

            def fit(self, hp, model, *args, **kwargs):
                return None

        with pytest.raises(FatalTypeError, match=r"Own\.fit returned None"):
            search(make(Own()))

    def test_hyperparameters_beside_the_build_may_be_declared(self, make):
        class Own(kt.HyperModel):
            def build(self, hp):
                return build(hp)

            def declare_hyperparameters(self, hp):
                hp.Choice("batch_size", [4, 16])

        table = search(make(Own(), max_trials=4, seed=2)).to_dataframe()
        assert set(table["batch_size"]) == {4, 16}


class TestCallbacks:
    def test_weights_of_classes_pass_through(self, make):
        def classify(hp):
            model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "softmax")])
            model.compile(keras.optimizers.SGD(hp.Choice("rate", [0.0])), "sparse_categorical_crossentropy")
            return model

        losses = []
        for weights in ({0: 1.0, 1: 1.0}, {0: 0.0, 1: 0.0}):
            tuner = make(classify, objective="loss", project_name=str(weights))
            tuner.search(X, (Y > 0).astype(int), class_weight=weights, verbose=0)
            losses.append(tuner.oracle.get_best_trials()[0].score)
        assert losses[0] > 0
        assert losses[1] == 0

    def test_those_that_cannot_be_copied_are_welcome(self, make):
        class Locked(keras.callbacks.Callback):
            def __init__(self):
                super().__init__()
                self.lock, self.epochs = threading.Lock(), 0

            def on_epoch_end(self, epoch, logs=None):
                self.epochs += 1

        locked = Locked()
        search(make(), callbacks=[locked])
        assert locked.epochs == 4

    def test_stopping_early_begins_anew_in_each_trial(self, make):
        stopping = keras.callbacks.EarlyStopping("val_loss", patience=1, min_delta=1e9)
        tuner = search(make(), epochs=9, callbacks=[stopping])
        assert [len(trial.curves[0]["loss"]) for trial in tuner.oracle.trials.values()] == [2, 2]
        assert stopping.model is None

    @pytest.mark.parametrize("hook", ["on_epoch_end", "on_batch_end"])
    def test_a_tuners_own_hooks_are_called(self, make, hook):
        said = []
        kind = type("Own", (kt.RandomSearch,), {hook: lambda self, trial, model, step, logs=None: said.append(step)})
        search(make(kind=kind, max_trials=1), batch_size=8)
        assert said == [0, 1] * (1 if hook == "on_epoch_end" else 2)


class TestFailures:
    def test_a_model_that_cannot_be_built_is_a_failed_trial(self, make):
        def fragile(hp):
            if hp.Float("rate", 1e-3, 1e-1, sampling="log") > 1e-2:
                raise ValueError("too fast")
            return build(hp)

        tuner = search(make(fragile, max_trials=6))
        states = [trial.status for trial in tuner.oracle.trials.values()]
        assert {*states} == {"COMPLETED", "FAILED"}
        assert tuner.get_best_models()[0] is not None

    def test_an_oversized_model_is_a_failed_trial(self, make):
        def wide(hp):
            model = keras.Sequential(
                [keras.Input((2,)), keras.layers.Dense(hp.Int("units", 1, 9)), keras.layers.Dense(1)]
            )
            model.compile("sgd", "mse")
            return model

        tuner = search(make(wide, max_trials=9, max_model_size=9))
        trials = list(tuner.oracle.trials.values())
        assert len(trials) == 9
        assert all((trial.status == "FAILED") == (trial.hyperparameters.values["units"] > 2) for trial in trials)
        assert any("has 37 parameters" in trial.message for trial in trials if trial.message)

    def test_what_is_no_model_ends_the_search(self, make):
        with pytest.raises(FatalTypeError, match="a int"):
            search(make(lambda hp: hp.Int("a", 3, 9)))

    def test_an_objective_that_training_does_not_report(self, make):
        tuner = make(objective="val_accuracy", max_consecutive_failed_trials=2)
        with pytest.raises(RuntimeError, match="one of: loss, mae, val_loss, val_mae"):
            search(tuner)

    def test_a_hypermodel_is_needed(self, tmp_path):
        with pytest.raises(FatalValueError, match="hypermodel=None"):
            kt.Tuner(RandomSearchOracle(), directory=tmp_path)


class TestGoingOn:
    def test_a_trial_goes_on_at_its_epoch(self, make):
        epochs = []
        with pytest.raises(KeyboardInterrupt):
            search(make(), epochs=4, callbacks=[Watch(epochs, at=6)])
        again = make()
        search(again, epochs=4, callbacks=[Watch(epochs)])
        assert epochs == [0, 1, 2, 3, 0, 1, 2, 3]
        assert [len(trial.curves[0]["val_loss"]) for trial in again.oracle.trials.values()] == [4, 4]

    def test_so_does_an_execution(self, make):
        epochs = []
        arguments = {"max_trials": 1, "executions_per_trial": 2}
        with pytest.raises(KeyboardInterrupt):
            search(make(**arguments), epochs=3, callbacks=[Watch(epochs, at=5)])
        again = search(make(**arguments), epochs=3, callbacks=[Watch(epochs)])
        assert epochs == [0, 1, 2, 0, 1, 2]
        [trial] = again.oracle.trials.values()
        assert trial.score == pytest.approx(np.mean([min(curves["val_loss"]) for curves in trial.curves]))
        assert again.get_best_models()[0] is not None

    def test_weights_of_the_best_few_are_kept(self, make, tmp_path):
        tuner = search(make(max_trials=4, keep_models=2))
        kept = {path.parent.name for path in (tmp_path / "it").rglob(CHECKPOINT)}
        assert kept == {f"trial_{trial.trial_id}" for trial in tuner.oracle.get_best_trials(2)}
        assert {path.name for path in (tmp_path / "it").iterdir()} == {"study.db", *kept}
        with pytest.raises(RunFolderError, match="were not kept"):
            tuner.get_best_models(3)

    def test_all_may_be_kept(self, make):
        assert len(search(make(max_trials=3, keep_models=None)).get_best_models(3)) == 3

    def test_a_model_may_be_saved_by_hand(self, make):
        tuner = make()
        hp = tuner.get_best_hyperparameters
        assert hp() == []
        trial = tuner.oracle.create_trial("me")
        model = build(trial.hyperparameters)
        tuner.save_model(trial.trial_id, model)
        assert tuner.load_model(trial).get_weights()[0].tolist() == model.get_weights()[0].tolist()

    def test_a_budget_ends_a_trial_after_its_epoch(self, make):
        class Ticks:
            """A clock on which a second goes by whenever somebody looks."""

            def __init__(self):
                self.looks = itertools.count()

            def elapsed(self):
                return next(self.looks)

        tuner = make(budget="5s", max_trials=3)
        tuner._clock = Ticks()
        search(tuner, epochs=500, callbacks=[Watch([])])  # code of the user's: one trial at a time
        assert [len(trial.curves[0]["loss"]) for trial in tuner.oracle.trials.values()] == [5]


def test_what_a_killed_process_leaves_is_gone_on_with(make, tmp_path):
    """After a kill nothing is said: the trial is still marked as running."""
    epochs = []
    with pytest.raises(KeyboardInterrupt):
        search(make(), callbacks=[Watch(epochs, at=3)])
    state = json.loads(json.dumps(make().oracle.get_state()))
    assert (state["ongoing_trials"], state["retry_queue"]) == ({}, ["1"])
