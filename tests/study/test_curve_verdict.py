from dataclasses import replace

import pytest

from layersmith.probes import VerdictKind
from layersmith.records import Training
from layersmith.study.answer import Answer
from layersmith.study.curve_verdict import curve_verdict
from layersmith.study.outcome import Outcome


def trained(loss, val_loss):
    return Training(
        curves={"loss": tuple(loss), "val_loss": tuple(val_loss)},
        best_epoch=1 + min(range(len(val_loss)), key=val_loss.__getitem__),
        planned_epochs=len(loss),
        seconds=1.0,
        stopped="finished",
    )


LEVEL = [0.7, 0.5, 0.35, 0.25, 0.2, 0.18, 0.17, 0.165, 0.16, 0.16, 0.16, 0.16]
RISING = [0.7, 0.6, 0.55, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4]
FALLING = [0.7, 0.5, 0.35, 0.2, 0.1, 0.05, 0.02, 0.01, 0.01, 0.01, 0.01, 0.01]


@pytest.fixture
def make(make_trial, tmp_path):
    def outcome(trial, data=None, **settings):
        from layersmith.records import Score
        from layersmith.storage.run_folder import RunFolder

        answer = Answer(
            title="", source="", winner=trial, found_by=0, refit=trial.trainings, baselines=(), train_rows=1,
            test=Score(metric="accuracy", value=1, num_rows=1), num_trials=1, seconds=1.0,
        )  # fmt: skip
        known = {"task": "binary", "kind": "table", "rows": 400, "search_rows": 400,
                 "profile": {"class_counts": [["no", 200], ["yes", 200]]}}  # fmt: skip
        return Outcome(
            folder=RunFolder(tmp_path),
            answer=answer,
            trials=(trial,),
            data={**known, **(data or {})},
            settings=settings,
        )

    return outcome


def test_curves_that_part_are_over_fitted_and_level_ones_fit_well(make, make_trial):
    parted = make_trial(0, 0.7, loss=0.55, trainings=(trained(FALLING, RISING),))
    assert curve_verdict(make(parted), parted).kind is VerdictKind.OVER_FITTED
    level = make_trial(0, 0.9, loss=0.17, trainings=(trained(LEVEL, [value + 0.01 for value in LEVEL]),))
    assert curve_verdict(make(level), level).kind is VerdictKind.GOOD_FIT


def test_amounts_and_labels_have_a_constant_too(make, make_trial):
    trial = make_trial(0, 0.9, loss=0.17, trainings=(trained(LEVEL, LEVEL),) * 3)
    amounts = {"task": "regression", "profile": {"class_counts": []}}
    assert curve_verdict(make(trial, amounts), trial).kind is VerdictKind.GOOD_FIT
    assert curve_verdict(make(trial, {"task": "multilabel"}), trial).kind is VerdictKind.GOOD_FIT


@pytest.mark.parametrize("data", [{"kind": "forecast", "task": "multiregression"}, {"profile": {"class_counts": []}}])
def test_without_a_known_constant_there_is_no_verdict(make, make_trial, data):
    trial = make_trial(0, 0.9, trainings=(trained(LEVEL, LEVEL),))
    assert curve_verdict(make(trial, data), trial) is None


def test_a_run_from_before_rows_were_counted_has_no_verdict(make, make_trial):
    trial = make_trial(0, 0.9, trainings=(trained(LEVEL, LEVEL),))
    assert curve_verdict(replace(make(trial), data={"task": "binary", "kind": "table"}), trial) is None


def test_own_models_and_trials_without_curves_have_no_verdict(make, make_trial):
    trial = make_trial(0, 0.9, trainings=(trained(LEVEL, LEVEL),))
    assert curve_verdict(make(trial, build="mine.py:build"), trial) is None
    assert curve_verdict(make(trial), replace(trial, trainings=())) is None
