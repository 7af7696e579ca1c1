import keras_tuner
import pytest

import layersmith.keras_tuner as kt
from layersmith.keras_tuner.engine.trial import TrialStatus
from layersmith.keras_tuner.errors import FatalRuntimeError, FatalValueError, UnknownMetricError
from layersmith.space import Condition, HyperParameters, Int


def scripted(package, answers, **arguments):
    """An oracle that gives answers out of a list, then stops."""

    class Scripted(package.Oracle):
        def populate_space(self, trial_id):
            self.said = [*getattr(self, "said", []), trial_id]
            return answers.pop(0) if answers else {"status": "STOPPED", "values": None}

    oracle = Scripted(**{"objective": "val_loss", "max_trials": 20, **arguments})
    oracle.verbose = 0
    return oracle


def running(**values):
    return {"status": "RUNNING", "values": values}


def complete(oracle, loss, tuner="tuner0"):
    trial = oracle.create_trial(tuner)
    oracle.update_trial(trial.trial_id, {"val_loss": loss})
    trial.status = "COMPLETED"
    oracle.end_trial(trial)
    return trial


@pytest.fixture(params=["ours", "theirs"])
def package(request):
    """Our package and the peer's: one test for both."""
    return kt if request.param == "ours" else keras_tuner


@pytest.fixture
def make(package, tmp_path):
    def made(answers, **arguments):
        oracle = scripted(package, answers, **arguments)
        if package is keras_tuner:
            oracle._set_project_dir(tmp_path, "project")
        return oracle

    return made


@pytest.mark.filterwarnings("ignore:(currentThread|getName|All-NaN)")  # KerasTuner's
class TestOfBoth:
    def test_trials_are_numbered_and_sorted(self, make):
        oracle = make([running(x=1), running(x=2), running(x=3)])
        trials = [complete(oracle, loss) for loss in (0.5, 0.25, 0.75)]
        assert [trial.trial_id for trial in trials] == ["00", "01", "02"]
        assert [trial.score for trial in oracle.get_best_trials(2)] == [0.25, 0.5]
        assert oracle.start_order == oracle.end_order == ["00", "01", "02"]
        assert oracle.get_trial("01").hyperparameters.values == {"x": 2}
        assert oracle.create_trial("tuner0").status == "STOPPED"

    def test_a_tuner_has_one_trial_at_a_time(self, make):
        oracle = make([running(x=1), running(x=2)])
        first = oracle.create_trial("tuner0")
        assert oracle.create_trial("tuner0") is first
        assert oracle.create_trial("tuner1").trial_id == "01"
        assert oracle.remaining_trials() == 18

    def test_no_more_than_max_trials(self, make):
        oracle = make([running(x=1), running(x=2)], max_trials=1)
        complete(oracle, 0.5)
        assert oracle.create_trial("tuner0").status == "STOPPED"
        assert oracle.remaining_trials() == 0

    def test_a_large_objective_is_sorted_the_other_way(self, make):
        oracle = make([running(x=1), running(x=2)], objective="val_accuracy")
        for value in (0.5, 0.75):
            trial = oracle.create_trial("tuner0")
            oracle.update_trial(trial.trial_id, {"val_accuracy": value, "val_loss": 1.0})
            trial.status = "COMPLETED"
            oracle.end_trial(trial)
        assert oracle.get_best_trials()[0].score == 0.75

    def test_failed_trials_come_last(self, make):
        oracle = make([running(x=1), running(x=2)])
        trial = oracle.create_trial("tuner0")
        trial.status = "FAILED"
        oracle.end_trial(trial)
        complete(oracle, 0.5)
        assert [each.status for each in oracle.get_best_trials(5)] == ["COMPLETED", "FAILED"]

    def test_an_invalid_trial_is_tried_again(self, make, capsys):
        oracle = make([running(x=1), running(x=2)], max_retries_per_trial=1)
        for attempt in range(2):
            trial = oracle.create_trial("tuner0")
            assert trial.trial_id == "00", attempt
            trial.status = "INVALID"
            oracle.end_trial(trial)
        assert oracle.get_trial("00").status == "FAILED"
        assert oracle.create_trial("tuner0").trial_id == "01"

    def test_a_score_that_is_no_number_is_invalid(self, make):
        oracle = make([running(x=1)])
        assert complete(oracle, float("nan")).status == "FAILED"

    def test_failures_in_a_row_end_the_search(self, make):
        oracle = make([running(x=number) for number in range(9)], max_consecutive_failed_trials=2)

        def fail():
            trial = oracle.create_trial("tuner0")
            trial.status, trial.message = "FAILED", "too bad"
            oracle.end_trial(trial)

        fail()
        complete(oracle, 0.5)
        fail()
        with pytest.raises(RuntimeError, match="too bad"):
            fail()

    def test_the_space_grows_by_what_is_asked(self, make):
        oracle = make([])
        hp = oracle.get_space()
        hp.Int("units", 8, 64)
        assert oracle.get_space().space == []
        oracle.update_space(hp)
        assert [entry.name for entry in oracle.get_space().space] == ["units"]

    def test_known_entries_stay(self, make, package):
        hp = package.HyperParameters()
        hp.Int("units", 8, 16)
        oracle = make([], hyperparameters=hp)
        other = package.HyperParameters()
        other.Int("units", 100, 200)
        other.Boolean("bias")
        oracle.update_space(other)
        assert [(entry.name, entry.default) for entry in oracle.get_space().space] == [("units", 8), ("bias", False)]

    def test_new_entries_may_be_refused(self, make, package):
        hp = package.HyperParameters()
        hp.Int("units", 8, 16)
        other = hp.copy()
        other.Boolean("bias")
        with pytest.raises(RuntimeError, match="bias"):
            make([], hyperparameters=hp, allow_new_entries=False).update_space(other)
        oracle = make([], hyperparameters=hp, tune_new_entries=False)
        oracle.update_space(other)
        assert len(oracle.get_space().space) == 1

    @pytest.mark.parametrize("name", ["tune_new_entries", "allow_new_entries"])
    def test_a_space_that_cannot_grow_must_be_given(self, make, name):
        with pytest.raises(ValueError, match=name):
            make([], **{name: False})

    def test_the_objective_must_be_reported(self, make):
        oracle = make([running(x=1)])
        trial = oracle.create_trial("tuner0")
        with pytest.raises(ValueError, match="val_loss"):
            oracle.update_trial(trial.trial_id, {"loss": 0.5})

    def test_several_objectives_must_all_be_reported(self, make):
        oracle = make([running(x=1)], objective=["val_loss", "val_accuracy"])
        trial = oracle.create_trial("tuner0")
        with pytest.raises(ValueError, match="val_accuracy"):
            oracle.update_trial(trial.trial_id, {"val_loss": 0.5})
        oracle.update_trial(trial.trial_id, {"val_loss": 0.5, "val_accuracy": 0.75, "multi_objective": -0.25}, step=3)
        trial.status = "COMPLETED"
        oracle.end_trial(trial)
        assert (trial.score, trial.best_step) == (-0.25, 3)

    def test_steps_are_told_apart(self, make):
        oracle = make([running(x=1)])
        trial = oracle.create_trial("tuner0")
        for step, loss in enumerate([0.5, 0.25, 0.75]):
            oracle.update_trial(trial.trial_id, {"val_loss": loss}, step=step)
        trial.status = "COMPLETED"
        oracle.end_trial(trial)
        assert (trial.score, trial.best_step) == (0.25, 1)

    def test_idle_is_passed_on(self, make):
        oracle = make([{"status": "IDLE"}])
        assert oracle.create_trial("tuner0").status == "IDLE"
        assert oracle.trials == {}


class Scored(kt.Oracle):
    """An oracle whose score is its own, as a subclass may have it."""

    def populate_space(self, trial_id):
        return running(x=len(self.trials))

    def score_trial(self, trial):
        super().score_trial(trial)
        trial.score += 100

    def get_state(self):
        return {**super().get_state(), "mine": 1}

    def set_state(self, state):
        super().set_state(state)
        self.mine = state["mine"]


@pytest.fixture
def scored(tmp_path):
    def made():
        oracle = Scored(objective="val_loss")
        oracle.verbose = 0
        oracle.set_project(tmp_path / "project")
        return oracle

    return made


class TestOfOurs:
    def test_errors_are_the_projects(self):
        assert issubclass(FatalRuntimeError, RuntimeError)
        oracle = scripted(kt, [running(x=1)])
        trial_id = oracle.create_trial("t").trial_id
        with pytest.raises(UnknownMetricError, match="metrics \\(none\\)"):
            oracle.update_trial(trial_id, {})
        with pytest.raises(FatalValueError):
            kt.Oracle(tune_new_entries=False)
        with pytest.raises(NotImplementedError, match="populate_space"):
            kt.Oracle().create_trial("t")

    def test_a_search_is_gone_on_with(self, scored):
        oracle = scored()
        complete(oracle, 0.5)
        oracle.create_trial("tuner0")
        again = scored()
        again.reload()
        assert (again.mine, again.seed, again.end_order) == (1, oracle.seed, ["0000"])
        assert again.get_trial("0000").score == 100.5
        assert again.create_trial("tuner0").trial_id == "0001"  # the one that ran
        assert complete(again, 0.25).score == 100.25
        assert complete(again, 0.25).trial_id == "0002"

    def test_another_oracles_project_is_refused(self, scored, tmp_path):
        oracle = scripted(kt, [running(x=1)])
        oracle.set_project(tmp_path / "project")
        complete(oracle, 0.5)
        with pytest.raises(FatalRuntimeError, match="lacks 'mine'"):
            scored().reload()

    def test_without_a_project_there_is_nothing_to_reload(self):
        with pytest.raises(FatalRuntimeError, match="no project"):
            kt.Oracle().reload()

    def test_oversized_models_never_end_a_search(self):
        oracle = scripted(kt, [running(x=number) for number in range(9)])
        for _ in range(9):
            trial = oracle.create_trial("t")
            trial.status, trial.unbuilt = TrialStatus.FAILED, "oversized"
            oracle.end_trial(trial)

    def test_models_that_cannot_be_built_end_it_only_where_none_could_be_trained(self):
        hopeful, hopeless = (scripted(kt, [running(x=number) for number in range(9)]) for _ in range(2))

        def fail(oracle):
            trial = oracle.create_trial("t")
            trial.status, trial.unbuilt = TrialStatus.FAILED, "failed"
            oracle.end_trial(trial)

        complete(hopeful, 0.5)
        for _ in range(5):
            fail(hopeful)
        fail(hopeless)
        fail(hopeless)
        with pytest.raises(FatalRuntimeError, match="3 trials have failed"):
            fail(hopeless)

    def test_what_the_code_no_longer_implies_is_dropped(self):
        hp = HyperParameters()
        hp.Int("layers", 1, 3)
        hp.Int("units", 8, 64)
        hp.imply("units", Condition(name="layers", values=(2, 3)))
        oracle = kt.Oracle(hyperparameters=hp)
        asked = oracle.get_space()
        assert asked.Int("units", 8, 64) == 8
        oracle.update_space(asked)
        assert oracle.get_space().space[1] == Int(name="units", min_value=8, max_value=64)

    def test_a_second_run_of_a_trial_begins_with_nothing(self):
        oracle = scripted(kt, [running(x=1)], max_retries_per_trial=1)
        assert complete(oracle, float("nan")).status == "INVALID"
        trial = oracle.create_trial("tuner0")
        assert not trial.metrics.exists("val_loss")
        assert complete(oracle, 0.5).score == 0.5

    @pytest.mark.parametrize(("given", "verbose"), [("auto", 1), (0, 0), (2, 2)])
    def test_verbose(self, given, verbose):
        oracle = kt.Oracle()
        oracle.verbose = given
        assert oracle.verbose == verbose
