import math

import pytest

from layersmith.errors import RunFolderError
from layersmith.keras_tuner.engine.objective import Objective
from layersmith.keras_tuner.engine.project import Project, record_of
from layersmith.keras_tuner.engine.trial import Trial, TrialStatus
from layersmith.space import Condition, HyperParameters
from layersmith.storage import StudyStore

LOSS = Objective("val_loss", "min")


def trial(number, status=TrialStatus.RUNNING):
    hp = HyperParameters()
    hp.Int("units", 8, 64)
    made = Trial(hp, trial_id=f"{number:02d}", status=status)
    made.number = number
    return made


def test_trials_and_states_are_read_back(tmp_path):
    folder = tmp_path / "deep" / "project"
    project = Project(folder)
    assert not project.exists
    project.open(LOSS, trial(0).hyperparameters)
    project.begin(trial(1), {"oracle": {"seed": 1}})
    ended = trial(0, TrialStatus.COMPLETED)
    ended.score, ended.curves = 0.5, [{"val_loss": [0.75, 0.5]}]
    project.end(ended, {"oracle": {"seed": 2}})
    project.write({"tuner": {"seconds": 3.0}}, [trial(2)])
    states, trials = Project(folder), None
    states.open(LOSS, HyperParameters())
    states, trials = states.read()
    assert states == {"oracle": {"seed": 2}, "tuner": {"seconds": 3.0}}
    assert [each.trial_id for each in trials] == ["00", "01", "02"]
    assert trials[0].curves == [{"val_loss": [0.75, 0.5]}]


def test_the_study_is_one_of_the_projects(tmp_path):
    project = Project(tmp_path)
    project.open(Objective("val_accuracy", "max"), trial(0).hyperparameters)
    ended = trial(0, TrialStatus.COMPLETED)
    ended.score = 0.9
    project.begin(ended, {})
    project.end(ended, {})
    with StudyStore.open(tmp_path / "study.db") as store:
        assert store.direction == "maximize"
        assert [record.score for record in store.trials()] == [0.9]
        assert [entry.name for entry in store.space.space] == ["units"]


def test_a_trial_that_is_tried_again_is_one_record(tmp_path):
    project = Project(tmp_path)
    project.open(LOSS, trial(0).hyperparameters)
    for _ in range(2):
        project.begin(trial(0), {})
    project.end(trial(0, TrialStatus.FAILED), {})
    assert [record.state for record in project.store.trials()] == ["failed"]


def test_a_space_that_grows_is_kept(tmp_path):
    project, space = Project(tmp_path), trial(0).hyperparameters
    project.open(LOSS, space)
    space.Int("depth", 1, 3)
    space.Int("width", 1, 3)
    space.imply("width", Condition(name="depth", values=(2,)))
    project.open(LOSS, space)
    assert project.store.space.space == space.space


def test_it_must_be_opened(tmp_path):
    with pytest.raises(RunFolderError, match="is not open"):
        Project(tmp_path).read()


def test_a_record_tells_what_is_known():
    made = trial(4, TrialStatus.FAILED)
    made.message, made.params, made.macs, made.seconds, made.origin = "too large", 99, 90, 1.5, "gp"
    record = record_of(made)
    assert (record.state, record.reason, record.seconds) == ("failed", "too large", 1.5)
    assert (record.params, record.macs) == (99, 90)
    assert (record.candidate.origin, record.number, dict(record.candidate.values)) == ("gp", 4, {"units": 8})
    assert math.isnan(record.score)
    assert math.isnan(record.loss)


def test_a_record_has_a_training_per_execution():
    made = trial(0, TrialStatus.COMPLETED)
    made.metrics.update("val_loss", 0.5)
    made.score, made.best_step, made.curves, made.seconds = 0.9, 1, [{"val_loss": [0.7, 0.5]}, {"val_loss": [0.6]}], 4.0
    record = record_of(made)
    assert [training.epochs for training in record.trainings] == [2, 1]
    assert (record.loss, record.trainings[0].best_epoch, record.trainings[0].seconds) == (0.5, 2, 2.0)
