import pytest

import layersmith.keras_tuner as kt


@pytest.mark.parametrize(
    ("name", "oracle", "arguments"),
    [
        ("RandomSearch", "RandomSearchOracle", {"max_trials": 3}),
        ("GridSearch", "GridSearchOracle", {"max_trials": 3}),
        ("BayesianOptimization", "BayesianOptimizationOracle", {"max_trials": 3, "num_initial_points": 2}),
        ("Hyperband", "HyperbandOracle", {"max_epochs": 4, "factor": 2, "hyperband_iterations": 2}),
    ],
)
def test_arguments_reach_the_oracle(name, oracle, arguments, tmp_path):
    hp = kt.HyperParameters()
    hp.Int("units", 8, 64)
    shared = {"seed": 3, "hyperparameters": hp, "tune_new_entries": False, "allow_new_entries": False}
    shared |= {"max_retries_per_trial": 2, "max_consecutive_failed_trials": 5}
    tuner = getattr(kt, name)(
        lambda hp: hp.get("units"), "val_loss", **arguments, **shared, directory=tmp_path, project_name="it"
    )
    assert type(tuner.oracle) is getattr(kt.oracles, oracle)
    for attribute, value in {**arguments, **shared}.items():
        assert getattr(tuner.oracle, attribute) == value, attribute
    assert tuner.oracle.objective == kt.Objective("val_loss", "min")
