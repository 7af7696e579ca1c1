import keras_tuner
import pytest

import layersmith.keras_tuner as kt
from layersmith.keras_tuner.errors import FatalValueError
from layersmith.keras_tuner.oracles import HyperbandOracle

NOTES = ("tuner/epochs", "tuner/initial_epoch", "tuner/bracket", "tuner/round", "tuner/trial_id")


def build(hp):
    hp.Float("x", 0.0, 1.0)


def rounds_of(package, folder, objective, **arguments):
    """Return the notes of each trial of a search whose scores are made up, and whether what goes on was best."""

    class Box(package.Tuner):
        def run_trial(self, trial, *args, **kwargs):
            return {"val_loss": (int(trial.trial_id) * 37) % 101, "val_accuracy": (int(trial.trial_id) * 37) % 101}

    oracle = package.oracles.HyperbandOracle(objective, **arguments)
    tuner = Box(oracle, build, directory=folder, project_name=package.__name__, overwrite=True)
    tuner.search(verbose=0)
    return [
        [values.get(note) for note in NOTES]
        for values in (trial.hyperparameters.values for trial in oracle.trials.values())
    ]


@pytest.mark.filterwarnings("ignore:(currentThread|getName)")
@pytest.mark.parametrize(
    ("objective", "arguments"),
    [
        ("val_loss", {"max_epochs": 9}),
        ("val_accuracy", {"max_epochs": 9}),
        ("val_loss", {"max_epochs": 10, "factor": 2}),
        ("val_loss", {"max_epochs": 4, "factor": 3, "hyperband_iterations": 2}),
    ],
)
def test_epochs_rounds_and_who_goes_on_are_keras_tuners(objective, arguments, tmp_path):
    ours, theirs = (rounds_of(package, tmp_path, objective, **arguments) for package in (kt, keras_tuner))
    assert ours == theirs


def test_values_go_on_with_their_trial(black_box):
    tuner = black_box(HyperbandOracle(max_epochs=3, seed=1), lambda hp: hp.Float("x", 0.0, 1.0))
    tuner.search()
    trials = tuner.oracle.trials
    later = [trial for trial in trials.values() if "tuner/trial_id" in trial.hyperparameters.values]
    assert later
    for trial in later:
        past = trials[trial.hyperparameters.values["tuner/trial_id"]]
        assert trial.hyperparameters.values["x"] == past.hyperparameters.values["x"]


def test_it_goes_on_as_if_nothing_had_happened(kept_box, black_box):
    def interrupted(hp):
        if len(tuner.oracle.trials) == 7:
            raise KeyboardInterrupt
        return hp.Float("x", 0.0, 1.0)

    whole = black_box(HyperbandOracle(max_epochs=4, seed=1), lambda hp: hp.Float("x", 0.0, 1.0))
    whole.search()
    tuner = kept_box(HyperbandOracle(max_epochs=4, seed=1), interrupted)
    with pytest.raises(KeyboardInterrupt):
        tuner.search()
    again = kept_box(HyperbandOracle(max_epochs=4), lambda hp: hp.Float("x", 0.0, 1.0))
    again.search()
    values = [[one.hyperparameters.values for one in each.oracle.trials.values()] for each in (again, whole)]
    assert values[0] == values[1]


def test_a_small_space_is_halved_too(black_box):
    tuner = black_box(HyperbandOracle(max_epochs=9, seed=1), lambda hp: hp.Int("x", 0, 3))
    tuner.search()
    rounds = [trial.hyperparameters.values.get("tuner/round") for trial in tuner.oracle.trials.values()]
    assert rounds == [0, 0, 0, 0, 1, 1, 1, 2]


def test_failed_trials_do_not_go_on_and_do_not_stop_the_others(black_box):
    def flaky(hp):
        x = hp.Float("x", 0.0, 1.0)
        if x < 0.3:
            raise ValueError("small")
        return x

    tuner = black_box(HyperbandOracle(max_epochs=9, seed=1, max_consecutive_failed_trials=99), flaky)
    tuner.search()
    completed = [trial for trial in tuner.oracle.trials.values() if trial.status == "COMPLETED"]
    assert {trial.hyperparameters.values["tuner/round"] for trial in completed} == {0, 1, 2}


def test_weights_of_an_open_bracket_are_kept(black_box):
    tuner = black_box(HyperbandOracle(max_epochs=3, seed=1), lambda hp: hp.Float("x", 0.0, 1.0))
    oracle = tuner.oracle
    seen = []

    def look(trial):
        kt.Tuner.on_trial_end(tuner, trial)
        seen.append([oracle.may_continue(trial_id) for trial_id in oracle.end_order])

    tuner.on_trial_end = look
    tuner.search()
    assert all(seen[0])
    assert not any(seen[-1])


def test_the_factor_is_two_at_least():
    for package in (kt, keras_tuner):
        with pytest.raises(ValueError, match="factor"):
            package.oracles.HyperbandOracle(factor=1)
    with pytest.raises(FatalValueError):
        HyperbandOracle(factor=1)
