"""One model over folds."""

import os
import subprocess
import sys
import textwrap
from dataclasses import replace

import keras
import numpy as np
import pytest
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, RepeatedStratifiedKFold, TimeSeriesSplit, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import layersmith as ls
from layersmith.engine.auto import AutoEngine
from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.native import NativeEngine
from layersmith.errors import DataError, SpaceError, SplitError, UnknownNameError
from layersmith.experiments.blueprint import blueprint_of
from layersmith.experiments.fold_runner import FoldRunner
from layersmith.experiments.partition import partition
from layersmith.experiments.sample import read_sample
from layersmith.experiments.schedule import Schedule


def linear(columns=4, rate=0.1, **options):
    """A model whose training has no randomness in it but the order of rows."""
    dense = keras.layers.Dense(1, "sigmoid", kernel_initializer="zeros", **options)
    model = keras.Sequential([keras.Input((columns,)), dense])
    model.compile(keras.optimizers.SGD(rate), "binary_crossentropy")
    return model


def test_scores_curves_and_predictions(make_network, make_rows):
    x, y = make_rows()
    result = ls.cross_validate(make_network(), x, y, folds=4, repeats=2, epochs=5)
    assert result.metric == "accuracy"
    assert result.scores.shape == (2, 4)
    assert result.mean == pytest.approx(result.scores.mean())
    assert result.interval.low < result.mean < result.interval.high
    assert result.predictions.shape == (120, 1)
    assert np.isfinite(result.predictions).all()
    curves = result.curves[1][3]
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} <= set(curves)
    assert all(len(curve) == 5 for curve in curves.values())
    assert curves["val_accuracy"][-1] == pytest.approx(result.scores[1, 3])
    assert set(result.measures) >= {"auc", "log_loss"}
    assert result.cost.params == 49
    assert len(result.table()) == 8
    assert result.table()["accuracy"].tolist() == result.scores.ravel().tolist()
    assert "95 % interval" in result.summary()
    assert "mean of 4 folds, 2 times" in result.summary()


def test_every_fold_is_what_model_fit_gives_on_its_training_rows(make_rows):
    x, y = make_rows()
    result = ls.cross_validate(linear(), x, y, folds=KFold(3), epochs=10, batch_size=1000)
    for split in result.splits[0]:
        model = linear()
        model.fit(x[split.train], y[split.train], epochs=10, batch_size=1000, verbose=0)
        expected = model.predict(x[split.validation], verbose=0)
        assert np.allclose(result.predictions[split.validation], expected, atol=1e-5)


def test_it_agrees_with_scikit_learns_own_loop(make_rows):
    x, y = make_rows(200)
    folds = KFold(4, shuffle=True, random_state=0)
    plain = cross_val_predict(LogisticRegression(C=1e6), x, y, cv=folds, method="predict_proba")[:, 1]
    ours = ls.cross_validate(linear(rate=1.0), x, y, folds=folds, epochs=300, batch_size=1000).predictions[:, 0]
    assert np.mean((plain > 0.5) == (ours > 0.5)) > 0.97


def test_the_interval_ends_where_the_metric_does(make_rows):
    x, y = make_rows()
    result = ls.cross_validate(linear(rate=1.0), x, y, folds=4, epochs=60, batch_size=16)
    whole = replace(result, scores=np.array([[1.0, 1.0, 1.0, 0.9]]))
    assert whole.interval.high == 1.0
    assert replace(whole, metric="rmse", scores=np.array([[0.0, 0.0, 0.1, 0.0]])).interval.low == 0.0


def test_all_folds_run_through_one_compiled_program(make_network, make_rows):
    sample, engine = read_sample(*make_rows()), CompiledEngine()
    splits = partition(sample, RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0))
    runner = FoldRunner(sample, splits, Schedule(epochs=2), metric="accuracy", engine=engine)
    found = runner.run({"one": blueprint_of(make_network()), "other": blueprint_of(make_network(rate=0.1))})
    assert len(engine.programs) == 1
    assert [len(folds) for folds in found.values()] == [6, 6]
    assert {fold.training.engine for folds in found.values() for fold in folds} == {"compiled"}
    [program] = engine.programs
    assert len(program.train) == 1


def test_the_same_seed_gives_the_same_and_another_does_not(make_network, make_rows):
    x, y = make_rows()
    first, again, other = (
        ls.cross_validate(make_network(), x, y, folds=3, epochs=2, seed=seed).predictions for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_last_epoch_is_scored_whatever_the_test_rows_say(make_network, make_rows):
    x, y = make_rows(60)
    noise = np.random.default_rng(0).integers(0, 2, len(y))  # so that the test loss rises
    result = ls.cross_validate(make_network(64, rate=0.05), x, noise, folds=3, epochs=30)
    for place, training in enumerate(result.trainings[0]):
        losses = training.curves["val_loss"]
        assert np.argmin(losses) < 29
        assert training.best_epoch == 30
        assert result.measures["log_loss"][0, place] == pytest.approx(losses[-1], rel=1e-3)


def test_the_summary_says_how_training_went(make_network, make_rows):
    x, _ = make_rows(60)
    noise = np.random.default_rng(0).integers(0, 2, 60)
    over = ls.cross_validate(make_network(64, rate=0.05), x, noise, folds=3, epochs=40)
    assert over.verdict().kind == "over-fitted"
    assert over.verdict().words in over.summary()
    assert over.test_loss == pytest.approx(np.mean([each.curves["val_loss"][-1] for each in over.trainings[0]]))


def test_patience_watches_training_rows_only(make_network, make_rows):
    x, _ = make_rows(90)
    noise = np.random.default_rng(0).integers(0, 2, 90)
    patient = ls.cross_validate(make_network(64, rate=0.05), x, noise, folds=3, epochs=40, patience=3)
    lengths = [training.epochs for training in patient.trainings[0]]
    assert max(lengths) < 40
    flipped = noise.copy()  # other labels of the test rows of a fold change its score but not its length
    split = patient.splits[0][0]
    flipped[split.validation] = 1 - flipped[split.validation]
    folds = _Fixed(patient.splits[0])
    same = ls.cross_validate(make_network(64, rate=0.05), x, noise, folds=folds, epochs=40, patience=3)
    other = ls.cross_validate(make_network(64, rate=0.05), x, flipped, folds=folds, epochs=40, patience=3)
    assert other.trainings[0][0].epochs == same.trainings[0][0].epochs
    assert np.array_equal(other.predictions[split.validation], same.predictions[split.validation])


class _Fixed:
    """A splitter of known folds."""

    def __init__(self, splits):
        self._splits = splits

    def split(self, x, y=None, groups=None):
        return ((split.train, split.validation) for split in self._splits)


def test_preprocessing_that_sees_labels_does_not_leak():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 2000)).astype(np.float32), np.arange(60) % 2
    steps = make_pipeline(SelectKBest(k=20), StandardScaler())
    honest = ls.cross_validate(linear(20, 0.5), x, y, folds=5, epochs=30, preprocessing=steps)
    leaking = ls.cross_validate(linear(20, 0.5), steps.fit_transform(x, y), y, folds=5, epochs=30)
    assert honest.mean < 0.7
    assert leaking.mean > 0.85


def test_adapted_layers_learn_from_training_rows_and_the_users_stays(make_rows):
    x, y = make_rows()
    normalization = keras.layers.Normalization()
    normalization.adapt(1000 * x)
    model = keras.Sequential([keras.Input((4,)), normalization, *linear().layers])
    model.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")
    before = np.array(normalization.adapt_mean)
    adapted = ls.cross_validate(model, x, y, folds=KFold(3), epochs=20, batch_size=1000)
    scaled = ls.cross_validate(
        linear(rate=0.5), x, y, folds=KFold(3), epochs=20, batch_size=1000, preprocessing=StandardScaler()
    )
    assert np.allclose(adapted.predictions, scaled.predictions, atol=1e-4)
    assert np.array_equal(before, np.array(normalization.adapt_mean))


def test_native_training_gives_the_same_kind_of_answer(make_network, make_rows):
    sample = read_sample(*make_rows(60))
    runner = FoldRunner(sample, partition(sample, 2), Schedule(epochs=2), metric="accuracy", engine=NativeEngine())
    folds = runner.run({"one": blueprint_of(make_network())})["one"]
    assert [fold.predictions.shape for fold in folds] == [(30, 1), (30, 1)]
    assert {fold.training.best_epoch for fold in folds} == {2}


def test_what_has_no_compiled_form_trains_by_model_fit(make_rows):
    class Odd(keras.Model):
        def __init__(self):
            super().__init__()
            self.head = keras.layers.Dense(1, "sigmoid")

        def call(self, inputs):
            return self.head(inputs)

    def build():
        model = Odd()
        model.compile("adam", "binary_crossentropy")
        return model

    result = ls.cross_validate(build, *make_rows(60), folds=2, epochs=1)
    assert result.trainings[0][0].engine == "native"
    assert "trained by model.fit" in result.summary()


def test_logits_one_hot_losses_and_several_classes(make_rows):
    x, _ = make_rows()
    y = np.digitize(x[:, 0], [-0.5, 0.5])
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.compile(keras.optimizers.Adam(0.1), keras.losses.CategoricalCrossentropy(from_logits=True))
    result = ls.cross_validate(model, x, np.array(["low", "mid", "high"])[y], folds=3, epochs=20)
    assert np.allclose(result.predictions.sum(axis=1), 1.0, atol=1e-5)
    assert result.mean > 0.8


def test_regression_in_time_order(make_rows):
    x, _ = make_rows(100)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.1), "mse")
    y = 3 * x[:, 0]
    result = ls.cross_validate(model, x, y, folds=4, time_ordered=True, epochs=30, objective="mae")
    assert result.metric == "mae"
    assert np.isnan(result.predictions).sum() == 100 - sum(len(split.validation) for split in result.splits[0])
    again = ls.cross_validate(model, x, y, folds=TimeSeriesSplit(4), epochs=30, objective="mae")
    assert again.scores.shape == (1, 4)


def test_several_inputs(make_rows):
    x, y = make_rows()
    left, right = keras.Input((2,), name="left"), keras.Input((2,), name="right")
    outputs = keras.layers.Dense(1, "sigmoid")(keras.layers.Concatenate()([left, right]))
    model = keras.Model([left, right], outputs)
    model.compile("adam", "binary_crossentropy")
    result = ls.cross_validate(model, {"left": x[:, :2], "right": x[:, 2:]}, y, folds=3, epochs=2)
    assert np.isfinite(result.predictions).all()


def test_a_fold_that_diverges_has_no_score(make_rows):
    x, _ = make_rows()
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(1e30), "mse")
    result = ls.cross_validate(model, x, x[:, 0], folds=3, epochs=5)
    assert np.isnan(result.scores).all()
    assert np.isnan(result.mean)
    assert "diverged in epoch" in result.summary()
    assert np.isnan(result.predictions).all()


@pytest.mark.parametrize(
    ("error", "arguments", "said"),
    [
        (UnknownNameError, {"objective": "acuracy"}, "use 'accuracy'"),
        (UnknownNameError, {"objective": "rmse"}, "unknown metric for binary targets 'rmse'"),
        (SplitError, {"folds": 70}, "rows for 70 folds"),
        (DataError, {"epochs": 0}, "epochs is 0"),
        (DataError, {"groups": [1, 2]}, "groups has 2"),
        (SpaceError, {"values": {"units": 3}}, "built already"),
        (DataError, {"preprocessing": 3}, "preprocessing is int"),
    ],
)
def test_bad_arguments_stop_before_training(error, arguments, said, make_network, make_rows, monkeypatch):
    monkeypatch.setattr(AutoEngine, "begin", lambda *given: pytest.fail("trained"))
    with pytest.raises(error, match=said):
        ls.cross_validate(make_network(), *make_rows(), **arguments)


def test_a_model_that_does_not_fit_stops_before_training(make_network, make_rows, monkeypatch):
    monkeypatch.setattr(AutoEngine, "begin", lambda *given: pytest.fail("trained"))
    x, y = make_rows()
    with pytest.raises(SpaceError, match=r"takes rows of .*\(5,\)"):
        ls.cross_validate(make_network(columns=5), x, y)
    with pytest.raises(SpaceError, match=r"gives rows of shape \(1,\)"):
        ls.cross_validate(make_network(), x, np.arange(120) % 4)
    gaps = np.where(x > 2, np.nan, x)
    with pytest.raises(DataError, match="missing"):
        ls.cross_validate(make_network(), gaps, y)


def test_on_tensorflow_the_folds_are_compiled_too():
    program = """
        import keras, numpy as np, layersmith as ls
        x = np.random.default_rng(0).normal(size=(60, 3)).astype("float32")
        normalization = keras.layers.Normalization()
        normalization.adapt(x)
        model = keras.Sequential([keras.Input((3,)), normalization, keras.layers.Dense(1, "sigmoid")])
        model.compile("adam", "binary_crossentropy")
        result = ls.cross_validate(model, x, x[:, 0] > 0, folds=3, epochs=2)
        print(keras.backend.backend(), result.trainings[0][0].engine, np.isfinite(result.predictions).all())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
    )
    assert done.stdout.split() == ["tensorflow", "compiled", "True"], done.stderr
