import itertools
import warnings

import keras
import numpy as np
import pytest

import layersmith.keras_tuner as kt
from layersmith.keras_tuner.oracles import BayesianOptimizationOracle, RandomSearchOracle
from layersmith.strategies.sobol import sobol_candidates


def valley(hp):
    return (hp.Float("x", -2, 2) - 0.3) ** 2 + (hp.Float("y", -2, 2) + 0.7) ** 2 + (hp.Choice("c", ["a", "b"]) == "b")


def search(make, oracle, **arguments):
    tuner = make(oracle, valley, **arguments)
    tuner.search()
    return [trial.hyperparameters.values for trial in tuner.oracle.trials.values()], tuner


def test_it_finds_more_than_chance_does(black_box):
    _, informed = search(black_box, BayesianOptimizationOracle(max_trials=25, seed=1))
    _, blind = search(black_box, RandomSearchOracle(max_trials=25, seed=1))
    assert informed.oracle.get_best_trials()[0].score < 0.5 * blind.oracle.get_best_trials()[0].score


def test_it_begins_with_as_many_random_trials_as_asked(black_box):
    with_six, _ = search(black_box, BayesianOptimizationOracle(max_trials=8, num_initial_points=6, seed=1))
    random, _ = search(black_box, RandomSearchOracle(max_trials=8, seed=1))
    assert with_six[:6] == random[:6]
    assert with_six[6] != random[6]


@pytest.mark.parametrize("points", [None, 3])
def test_it_goes_on_as_if_nothing_had_happened(kept_box, black_box, points):
    arguments = {"num_initial_points": points, "seed": 1}
    whole, _ = search(black_box, BayesianOptimizationOracle(max_trials=9, **arguments))
    search(kept_box, BayesianOptimizationOracle(max_trials=7, **arguments))
    halved, _ = search(kept_box, BayesianOptimizationOracle(max_trials=9, **arguments))
    assert halved == whole


def test_queued_values_come_first_whoever_proposes_the_others(black_box):
    hp = kt.HyperParameters()
    valley(hp)
    for points in (None, 3):
        oracle = BayesianOptimizationOracle(max_trials=1, num_initial_points=points, hyperparameters=hp)
        oracle.enqueue({"x": 0.25})
        values, _ = search(black_box, oracle)
        assert values[0]["x"] == 0.25


@pytest.fixture
def begin(tmp_path):
    """Return the first values that a search tries of networks of one layer, and the tuner."""

    def begun(build):
        tuner = kt.BayesianOptimization(
            build, objective="val_loss", max_trials=1, seed=1, directory=tmp_path, project_name="it"
        )
        x, y = np.zeros((8, 2), np.float32), np.zeros((8, 1), np.float32)
        tuner.search(x, y, epochs=1, validation_data=(x, y), verbose=0)
        return next(iter(tuner.oracle.trials.values())).hyperparameters.values, tuner

    return begun


def one_layer(hp):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(hp.Int("units", 1, 512)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_it_begins_with_a_small_network(begin):
    values, tuner = begin(one_layer)
    points = itertools.islice(sobol_candidates(tuner.oracle.get_space(), 1, first=0), 4)
    assert values == min(points, key=lambda point: point["units"])
    assert tuner.oracle.size_of({"units": 10}) == (30, 41)


def test_networks_that_cannot_be_built_are_not_begun_with(begin, caplog):
    caplog.set_level("INFO")

    def build(hp):
        if 1 < hp.Int("units", 1, 512) < 300:  # those of the defaults can
            raise ValueError("too narrow")
        return one_layer(hp)

    values, tuner = begin(build)
    assert values["units"] >= 300
    assert tuner.oracle.size_of({"units": 10}) is None
    assert "too narrow" in caplog.text


def test_what_has_no_effect_says_so():
    with pytest.warns(UserWarning, match="have no effect"):
        BayesianOptimizationOracle(alpha=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        oracle = BayesianOptimizationOracle()
    assert (oracle.alpha, oracle.beta, oracle.num_initial_points) == (1e-4, 2.6, None)
