import warnings

import pytest

import layersmith.keras_tuner as kt
from layersmith.keras_tuner.oracles import BayesianOptimizationOracle, RandomSearchOracle


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


def test_what_has_no_effect_says_so():
    with pytest.warns(UserWarning, match="have no effect"):
        BayesianOptimizationOracle(alpha=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        oracle = BayesianOptimizationOracle()
    assert (oracle.alpha, oracle.beta, oracle.num_initial_points) == (1e-4, 2.6, None)
