import math

from layersmith.records import Candidate
from layersmith.study.table import trials_table

GIVEN = ["trial", "phase", "state", "score", "val_loss", "seconds", "params", "epochs_run", "origin", "reason"]


def test_what_a_trial_gave_comes_before_its_values(make_trial, make_training):
    values = {"family": "dense", "epochs": 40}
    trial = make_trial(0, 0.9, trainings=(make_training(),), params=12, seconds=1.239)
    failed = make_trial(1, math.nan, state="failed", reason="out of memory")
    changed = make_trial(2, 0.8, candidate=Candidate(values=values, origin="portfolio: MLP", number=2))
    table = trials_table([trial, failed, changed])
    assert list(table.columns) == [*GIVEN, "units", "family", "epochs"]
    assert table.trial.tolist() == [0, 1, 2]
    assert table.epochs_run.tolist() == [2, 0, 0]
    assert table.epochs[2] == 40  # the hyperparameter, beside the epochs that ran
    assert table.seconds[0] == 1.24
    assert math.isnan(table.score[1])
    assert table.reason.tolist() == ["", "out of memory", ""]


def test_a_value_never_takes_the_place_of_what_a_trial_gave(finished):
    table = trials_table(finished.trials)
    names = {name for trial in finished.trials for name in trial.candidate.values}
    assert not names & set(GIVEN)
    assert list(table.columns)[: len(GIVEN)] == GIVEN
    assert table.columns.is_unique


def test_no_trials_make_no_rows():
    assert trials_table([]).empty
