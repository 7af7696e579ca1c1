"""The public schedules: their shapes, in training, in files."""

import subprocess
import sys

import jax
import keras
import numpy as np
import pytest

import layersmith as ls
from layersmith.errors import SpaceError
from layersmith.exporters.code import to_source
from layersmith.exporters.keras_file import save
from layersmith.schedules import cosine_warmup, one_cycle, triangular

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
Y = X[:, :1] - 2 * X[:, 1:2]

ALL = {"triangular": triangular(0.1, 7), "one_cycle": one_cycle(0.1, 30), "cosine_warmup": cosine_warmup(0.1, 30)}


def build(schedule):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(schedule), "mse")
    return model


def rates(schedule, steps):
    compiled = jax.jit(schedule.__call__)
    return np.array([compiled(np.int32(step)) for step in range(steps)])


def without_layersmith(code):
    blocked = f"import sys\nsys.modules['layersmith'] = None\n{code}"
    return subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True)


def test_triangular_is_the_formula_of_smith():
    step, half = np.arange(60), 7
    cycle = np.floor(1 + step / (2 * half))
    smith = 0.02 + (0.1 - 0.02) * np.maximum(0, 1 - np.abs(step / half - 2 * cycle + 1))
    np.testing.assert_allclose(rates(triangular(0.1, half, low=0.02), 60), smith, atol=1e-7)


@pytest.mark.parametrize(("schedule", "top"), [(one_cycle(0.1, 200), 60), (cosine_warmup(0.1, 200), 20)])
def test_a_warm_up_rises_from_a_tenth_and_ends_at_zero(schedule, top):
    found = rates(schedule, 201)
    assert np.argmax(found) == top
    assert found[[0, top, 200]] == pytest.approx([0.01, 0.1, 0.0], abs=1e-7)
    assert (np.diff(found[: top + 1]) > 0).all()
    assert (np.diff(found[top:]) < 0).all()


def test_the_shortest_training_has_a_peak():
    assert float(one_cycle(0.1, 2)(1)) == pytest.approx(0.1)


@pytest.mark.parametrize("name", ALL)
def test_compiled_epochs_follow_model_fit(name):
    ours, theirs = build(ALL[name]), build(ALL[name])
    ls.fit(ours, X, Y, epochs=5, batch_size=8, shuffle=False, verbose=0, engine="compiled")
    theirs.fit(X, Y, epochs=5, batch_size=8, shuffle=False, verbose=0)
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ALL)
def test_a_saved_model_goes_on_with_its_schedule(name, tmp_path):
    model = build(ALL[name])
    model.fit(X, Y, verbose=0)
    loaded = keras.saving.load_model(save(model, tmp_path / "model.keras"))
    np.testing.assert_allclose(rates(loaded.optimizer._learning_rate, 30), rates(ALL[name], 30))


@pytest.mark.parametrize(("name", "how"), [("one_cycle", ""), ("cosine_warmup", ""), ("triangular", "compile=False")])
def test_a_saved_model_predicts_without_layersmith(name, how, tmp_path):
    path = save(build(ALL[name]), tmp_path / "model.keras")
    code = f"import keras, numpy\nkeras.saving.load_model({str(path)!r}, {how}).predict(numpy.ones((2, 3)), verbose=0)"
    done = without_layersmith(code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["one_cycle", "cosine_warmup"])
def test_source_is_plain_keras(name):
    source = to_source(build(ALL[name]))
    assert "layersmith" not in source
    assert "CosineDecay" in source


@pytest.mark.parametrize(
    "make",
    [
        lambda: triangular(0.0, 5),
        lambda: triangular(0.1, 0),
        lambda: triangular(0.1, 5, low=0.2),
        lambda: one_cycle(0.1, 0),
        lambda: one_cycle(-1.0, 10),
        lambda: cosine_warmup(0.1, 10, warm_up=1.0),
        lambda: cosine_warmup(0.1, 10, warm_up=0.0),
    ],
)
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(SpaceError):
        make()


def test_they_are_found_on_the_package():
    assert ls.schedules.triangular is triangular
