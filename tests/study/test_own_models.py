"""A user's own `build(hp)` as the space of a search."""

import keras
import numpy as np
import pytest

import layersmith as ls
from layersmith.data import encode, read
from layersmith.errors import DataError, RunFolderError, SpaceError
from layersmith.study.own_models import OwnModels

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 4)).astype("float32")
LABELS = np.array(["no", "yes"])[(X[:, 0] * X[:, 1] > 0).astype(int)]
COLORS = np.array(["red", "green", "blue"])[np.argmax(X[:, :3], axis=1)]
VALUES = X[:, 0] * 100 + 1000


def dataset(y, x=X):
    return encode(read(x, y), np.arange(len(x)))


def network(hp, *, units=1, activation="sigmoid", loss="binary_crossentropy", shape=(4,)):
    layers = [keras.layers.Dense(hp.Int("units", 4, 16, step=4), "relu") for _ in range(hp.Int("layers", 1, 2))]
    model = keras.Sequential([keras.Input(shape), *layers, keras.layers.Dense(units, activation)])
    model.compile(keras.optimizers.Adam(hp.Float("rate", 1e-3, 1e-1, sampling="log", default=1e-2)), loss)
    return model


def found(build, y, tmp_path, **arguments):
    return ls.search(X, y, build=build, max_trials=3, epochs=5, out=tmp_path / "run", verbose=0, **arguments)


def test_a_model_of_probabilities(tmp_path):
    result = found(network, LABELS, tmp_path, enqueue=[{"units": 16, "layers": 2}])
    searched = [trial for trial in result.outcome.trials if trial.phase == "search"]
    assert len(searched) == 3
    assert searched[0].candidate.values["units"] == 16
    assert {training.engine for trial in searched for training in trial.trainings} == {"compiled"}
    predicted = result.best.predict(X[:5])
    assert set(predicted["prediction"]) <= {"no", "yes"}
    assert result.best.model.count_params() > 0
    assert "units=" in result.leaderboard()["name"][0]
    assert "keras.layers.Dense" in result.best.code()


@pytest.mark.parametrize(
    ("y", "arguments"),
    [
        (LABELS, {"activation": None, "loss": keras.losses.BinaryCrossentropy(from_logits=True)}),
        (LABELS, {"units": 2, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}),
        (LABELS, {"units": 2, "activation": "softmax", "loss": "categorical_crossentropy"}),
        (COLORS, {"units": 3, "activation": "softmax", "loss": "sparse_categorical_crossentropy"}),
        (COLORS, {"units": 3, "activation": None, "loss": keras.losses.CategoricalCrossentropy(from_logits=True)}),
        (VALUES, {"activation": None, "loss": "mse"}),
    ],
)
def test_outputs_become_what_metrics_and_answers_are_made_of(y, arguments):
    models = OwnModels(dataset(y), lambda hp: network(hp, **arguments))
    hp = models.values(next(iter_candidates()))
    frame, rows = models.fit(hp, np.arange(10))
    model = models.build(hp, rows)
    outputs = np.asarray(model.predict(X[:20], verbose=0))
    decoded = models.decode(frame, outputs, np.arange(20))
    whole = models.assemble(frame, hp, model)
    np.testing.assert_allclose(whole.predict(X[:20], verbose=0), decoded, rtol=1e-5, atol=1e-6)
    if y is not VALUES:
        assert decoded.min() >= 0.0
        assert decoded.max() <= 1.0
        assert decoded.shape == (20, 1 if y is LABELS else 3)
    assert np.isfinite(model.evaluate(X, rows.y, verbose=0))


def iter_candidates():
    from layersmith.records import Candidate

    yield Candidate(values={"units": 8, "layers": 1, "rate": 0.01}, origin="test")


def test_loops_and_scopes_are_found():
    def build(hp):
        hidden = [keras.layers.Dense(hp.Int(f"units_{i}", 2, 8)) for i in range(hp.Int("layers", 1, 3))]
        model = keras.Sequential([keras.Input((4,)), *hidden, keras.layers.Dense(1, "sigmoid")])
        model.compile("sgd", "binary_crossentropy")
        return model

    space = OwnModels(dataset(LABELS), build).space
    assert [entry.name for entry in space.space] == ["layers", "units_0", "units_1", "units_2"]
    assert space.space[3].conditions[0].values == (3,)


def test_epochs_and_batch_size_may_be_hyperparameters():
    def build(hp):
        hp.Int("epochs", 2, 9)
        hp.Choice("batch_size", [16, 64])
        return network(hp)

    models = OwnModels(dataset(LABELS), build, epochs=50)
    hp = models.values(next(iter_candidates()))
    assert models.recipe(hp).epochs == 2
    assert models.recipe(hp).batch_size == 16
    plain = OwnModels(dataset(LABELS), network, epochs=50, batch_size=8)
    assert plain.recipe(hp_of(plain)).epochs == 50
    assert plain.recipe(hp_of(plain)).batch_size == 8


def hp_of(models):
    return models.values(next(iter_candidates()))


def test_a_model_without_an_input_layer_is_built_from_the_rows():
    def build(hp):
        model = keras.Sequential([keras.layers.Dense(hp.Int("units", 2, 4)), keras.layers.Dense(1, "sigmoid")])
        model.compile("sgd", "binary_crossentropy")
        return model

    models = OwnModels(dataset(LABELS), build)
    assert models.build(hp_of(models), models.fit(hp_of(models), np.arange(3))[1]).built


def test_the_optimizers_own_schedule_is_followed(tmp_path):
    def build(hp):
        hp.Int("units", 4, 8)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")])
        schedule = keras.optimizers.schedules.ExponentialDecay(0.5, 5, 0.5)
        model.compile(keras.optimizers.SGD(schedule), "binary_crossentropy")
        return model

    result = found(build, LABELS, tmp_path)
    assert {training.engine for trial in result.outcome.trials for training in trial.trainings} == {"compiled"}


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda hp: "a model", "build returned str"),
        (lambda hp: keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]), "not compiled"),
        (lambda hp: network(hp, shape=(5,)), r"takes rows of .* \(5,\)"),
        (lambda hp: network(hp, units=3), r"gives rows of shape \(3,\)"),
    ],
)
def test_a_model_that_does_not_fit_is_refused_before_anything_is_written(build, said, tmp_path):
    with pytest.raises(SpaceError, match=said):
        found(build, LABELS, tmp_path)
    assert not (tmp_path / "run").exists()


def test_missing_numbers_are_refused():
    x = X.copy()
    x[3, 1] = np.nan
    with pytest.raises(DataError, match="missing numbers"):
        OwnModels(dataset(LABELS, x), network)


def test_a_build_that_fails_for_some_values_is_a_failed_trial(tmp_path):
    def build(hp):
        if hp.Int("units", 4, 16, step=4) > 8:
            raise ValueError("too wide for me")
        return network(hp)

    result = found(build, LABELS, tmp_path, enqueue=[{"units": 12}], seed=1)
    trials = result.outcome.trials
    assert trials[0].state == "failed"
    assert "too wide for me" in trials[0].reason
    assert any(trial.state == "complete" for trial in trials)


PROGRAM = """
import keras

WIDTH = 4

def build_model(hp):
    model = keras.Sequential([keras.Input((WIDTH,)), keras.layers.Dense(hp.Int("units", 4, 8), "relu"),
                              keras.layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy")
    return model
"""


def test_a_function_in_a_file(tmp_path):
    (tmp_path / "models.py").write_text(PROGRAM)
    result = found(str(tmp_path / "models.py") + ":build_model", LABELS, tmp_path)
    assert result.outcome.settings["build"].endswith("models.py:build_model")


def test_resuming_asks_for_the_function_again(tmp_path, monkeypatch):
    from layersmith.study.bench import Bench

    class KilledError(Exception):
        pass

    def die(*arguments, **named):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(Bench, "begin", die)
        with pytest.raises(KilledError):
            found(network, LABELS, tmp_path)
    with pytest.raises(RunFolderError, match="build=network"):
        ls.resume(tmp_path / "run", X, LABELS, verbose=0)
    result = ls.resume(tmp_path / "run", X, LABELS, build=network, verbose=0)
    assert result.outcome.answer.num_trials == 3


def test_columns_that_do_not_vary_reach_the_model(tmp_path):
    x = np.concatenate([np.ones((300, 1), "float32"), X], axis=1)
    result = ls.search(
        x, LABELS, build=lambda hp: network(hp, shape=(5,)), max_trials=1, epochs=2, out=tmp_path / "run", verbose=0
    )
    assert result.best.model.input_shape == (None, 5)
    assert len(result.best.predict(x[:3])) == 3
