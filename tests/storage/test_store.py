import json
import logging
import math
import threading

import numpy as np
import optuna
import pytest

import layersmith.storage
from layersmith.errors import DataError, RunFolderError, SpaceError, UnknownNameError
from layersmith.records import Candidate, Training, Trial
from layersmith.space import Condition, HyperParameters
from layersmith.storage import StudyStore


def same(left, right):
    return json.dumps(left.to_dict()) == json.dumps(right.to_dict())  # NaN equals NaN here


class TestTrials:
    def test_a_finished_trial_comes_back_exactly(self, store, candidates, complete):
        trial = complete(candidates[0])
        store.start(candidates[0])
        store.finish(trial)
        assert store.trials() == [trial]

    def test_it_comes_back_after_reopening(self, store, study_file, candidates, complete):
        for candidate in candidates:
            store.start(candidate)
            store.finish(complete(candidate, score=candidate.number / 7))
        store.close()
        with StudyStore.open(study_file) as reopened:
            assert reopened.trials() == [complete(candidate, candidate.number / 7) for candidate in candidates]

    def test_types_of_values_survive(self, store):
        values = {"layers": 2, "rate": 0.1, "dropout": 0.0, "pool": True, "kind": "conv", "none": None}
        store.finish(Trial(candidate=Candidate(values=values, origin="user"), score=1.0))
        [trial] = store.trials()
        assert [(name, type(value)) for name, value in trial.candidate.values.items()] == [
            (name, type(value)) for name, value in values.items()
        ]

    def test_numpy_scalars_are_stored_as_plain_numbers(self, store):
        candidate = Candidate(values={"layers": np.int64(2), "rate": np.float64(0.01)}, origin="user")
        store.start(candidate)
        store.finish(Trial(candidate=candidate, score=np.float32(0.5)))
        assert store.trials()[0].candidate.values == {"layers": 2, "rate": 0.01}

    def test_what_runs_is_not_finished(self, store, candidates):
        store.start(candidates[0])
        assert store.trials() == []

    def test_trials_come_by_number_whatever_the_order_of_finishing(self, store, candidates, complete):
        for candidate in candidates[:4]:
            store.start(candidate)
        for place in (2, 0, 3, 1):
            store.finish(complete(candidates[place]))
        assert [trial.number for trial in store.trials()] == [0, 1, 2, 3]

    def test_a_failed_trial_keeps_its_reason(self, store, candidates):
        trial = Trial(candidate=candidates[0], state="failed", reason="ValueError: 'units' <b>")
        store.start(candidates[0])
        store.finish(trial)
        assert same(store.trials()[0], trial)

    def test_a_trial_never_started_is_recorded_too(self, store, candidates, complete):
        store.finish(complete(candidates[0]))
        assert len(store.trials()) == 1

    def test_a_finalist_stands_beside_its_search_trial(self, store, candidates):
        for phase in ("search", "final"):
            store.start(candidates[0])
            store.finish(Trial(candidate=candidates[0], score=0.5, phase=phase))
        assert [trial.phase for trial in store.trials()] == ["search", "final"]

    @pytest.mark.parametrize("score", [math.inf, -math.inf, math.nan, 0.0, 1e-300])
    def test_any_score_can_be_stored(self, store, candidates, score):
        store.start(candidates[0])
        store.finish(Trial(candidate=candidates[0], score=score))
        assert same(store.trials()[0], Trial(candidate=candidates[0], score=score))

    def test_a_diverged_curve_can_be_stored(self, store, candidates):
        curves = {"val_loss": (1.0, math.inf, math.nan)}
        training = Training(curves=curves, best_epoch=1, planned_epochs=9, seconds=1.0, stopped="diverged")
        trial = Trial(candidate=candidates[0], score=0.1, trainings=(training,))
        store.finish(trial)
        assert same(store.trials()[0], trial)

    def test_a_value_the_space_no_longer_holds_is_stored_all_the_same(self, store):
        candidate = Candidate(values={"layers": 99, "forgotten": "x"}, origin="user")
        store.start(candidate)
        store.finish(Trial(candidate=candidate, score=1.0))
        assert store.trials()[0].candidate == candidate

    def test_threads_may_finish_at_the_same_time(self, store, candidates, complete):
        for candidate in candidates:
            store.start(candidate)
        threads = [threading.Thread(target=store.finish, args=(complete(candidate),)) for candidate in candidates]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [trial.number for trial in store.trials()] == list(range(8))


class TestInterruption:
    def test_abandoned_candidates_are_to_be_run_again(self, store, study_file, candidates, complete):
        for candidate in candidates[:3]:
            store.start(candidate)
        store.finish(complete(candidates[1]))
        store.close()
        with StudyStore.open(study_file) as reopened:
            assert reopened.interrupted() == []
            reopened.abandon_running()
            assert reopened.interrupted() == [candidates[0], candidates[2]]
            assert [trial.number for trial in reopened.trials()] == [1]

    def test_an_interrupted_candidate_that_finishes_is_no_longer_listed(self, store, candidates, complete):
        store.start(candidates[0])
        store.abandon_running()
        store.start(candidates[0])
        assert store.interrupted() == []
        store.finish(complete(candidates[0]))
        assert store.interrupted() == []
        assert len(store.trials()) == 1

    def test_interrupted_twice_is_listed_once(self, store, candidates):
        for _ in range(2):
            store.start(candidates[0])
            store.abandon_running()
        assert store.interrupted() == [candidates[0]]

    def test_a_trial_stopped_by_hand_is_listed_and_not_finished(self, store, candidates):
        store.start(candidates[0])
        store.finish(Trial(candidate=candidates[0], state="interrupted"))
        assert store.interrupted() == [candidates[0]]
        assert store.trials() == []

    def test_a_failure_is_not_an_interruption(self, store, candidates):
        store.finish(Trial(candidate=candidates[0], state="failed", reason="interrupted"))
        assert store.interrupted() == []

    def test_a_running_trial_can_be_finished_by_the_store_that_reopens_it(
        self, store, study_file, candidates, complete
    ):
        store.start(candidates[0])
        store.close()
        with StudyStore.open(study_file) as reopened:
            reopened.finish(complete(candidates[0]))
            reopened.abandon_running()
            assert len(reopened.trials()) == 1
            assert reopened.interrupted() == []

    def test_an_error_in_the_middle_of_finishing_leaves_the_trial_running(
        self, store, study_file, candidates, complete, monkeypatch
    ):
        store.start(candidates[0])

        def full(*_):
            raise optuna.exceptions.StorageInternalError("disk full")

        with monkeypatch.context() as patch:
            patch.setattr("layersmith.storage.store.end_trial", full)
            with pytest.raises(RunFolderError, match="disk full"):
                store.finish(complete(candidates[0]))
        with StudyStore.open(study_file) as reopened:
            [running] = reopened._frozen(optuna.trial.TrialState.RUNNING)
        assert set(running.user_attrs) == {"origin", "candidate"}
        assert running.intermediate_values == {}
        store.finish(complete(candidates[0]))
        assert store.trials() == [complete(candidates[0])]


class TestAttributes:
    def test_attributes_are_kept(self, store, study_file):
        store.set_attributes({"budget": {"seconds": 300.0, "trials": None}, "names": ["ä", "<b>"]})
        store.close()
        with StudyStore.open(study_file) as reopened:
            assert reopened.attributes == {
                "seed": 3,
                "budget": {"seconds": 300.0, "trials": None},
                "names": ["ä", "<b>"],
            }

    def test_an_attribute_is_replaced(self, store):
        store.set_attributes({"seed": 4})
        assert store.attributes == {"seed": 4}

    def test_a_value_that_is_no_json_is_refused_and_nothing_is_written(self, store):
        with pytest.raises(DataError, match=r"'when'.*\n.*numbers, strings"):
            store.set_attributes({"seed": 9, "when": object()})
        assert store.attributes == {"seed": 3}

    def test_name_direction_and_space_are_kept(self, store, study_file, space):
        store.close()
        with StudyStore.open(study_file) as reopened:
            assert (reopened.name, reopened.direction) == ("digits", "maximize")
            assert reopened.space.space == space.space

    def test_a_space_may_grow(self, store, study_file, space, complete):
        space.Choice("optimizer", ["adam", "sgd"])
        store.set_space(space)
        store.finish(complete(Candidate(values={"optimizer": "sgd"}, origin="user")))
        store.close()
        with StudyStore.open(study_file) as reopened:
            assert reopened.space.space == space.space
        assert optuna.load_study(study_name=None, storage=f"sqlite:///{study_file}").best_params == {"optimizer": "sgd"}

    def test_a_space_may_not_change(self, store):
        changed = HyperParameters()
        changed.Choice("kind", ["dense", "lstm"])
        with pytest.raises(SpaceError, match=r"'digits' no longer holds Choice"):
            store.set_space(changed)

    def test_conditions_that_were_found_out_may_change(self, store, space):
        space.Boolean("pool")
        store.set_space(space)
        space.imply("pool", Condition(name=space.space[0].name, values=("dense",)))
        store.set_space(space)
        assert store.space.space == space.space

    def test_they_may_be_written_with_a_trial(self, store, study_file, candidates, complete):
        store.start(candidates[0], {"step": 1})
        assert store.attributes["step"] == 1
        store.finish(complete(candidates[0]), {"step": 2})
        store.close()
        with StudyStore.open(study_file) as reopened:
            assert reopened.attributes["step"] == 2
            assert len(reopened.trials()) == 1

    def test_a_wrong_one_is_refused_and_no_trial_is_written(self, store, candidates, complete):
        with pytest.raises(DataError, match="'it'"):
            store.start(candidates[0], {"it": object()})
        with pytest.raises(DataError, match="'it'"):
            store.finish(complete(candidates[0]), {"it": object()})
        assert store.trials() == []

    def test_the_space_handed_out_is_a_copy(self, store, space):
        store.space.Boolean("new")
        assert store.space.space == space.space


class TestOptunaReadsIt:
    def test_states_values_parameters_and_curves(self, store, study_file, candidates, complete):
        for candidate in candidates[:3]:
            store.start(candidate)
        store.finish(complete(candidates[0], score=0.25))
        store.finish(Trial(candidate=candidates[1], state="failed", reason="out of memory"))
        store.close()
        study = optuna.load_study(study_name="digits", storage=f"sqlite:///{study_file}")
        done, failed, running = study.trials
        assert study.direction == optuna.study.StudyDirection.MAXIMIZE
        assert [trial.state.name for trial in study.trials] == ["COMPLETE", "FAIL", "RUNNING"]
        assert study.best_value == 0.25
        assert done.params["layers"] == candidates[0].values["layers"]
        assert failed.user_attrs["reason"] == "out of memory"
        assert running.user_attrs["origin"] == "random"
        assert done.datetime_complete >= done.datetime_start

    def test_a_curve_is_the_validation_loss_of_the_first_fold_thinned(self, store, study_file, candidates, complete):
        store.finish(complete(candidates[0], epochs=5))
        store.finish(complete(candidates[1], epochs=500))
        store.close()
        short, long = optuna.load_study(study_name="digits", storage=f"sqlite:///{study_file}").trials
        assert short.intermediate_values == pytest.approx({1: 1 / 5, 2: 1 / 4, 3: 1 / 3, 4: 1 / 2, 5: 1.0})
        assert len(long.intermediate_values) == 50
        assert (min(long.intermediate_values), max(long.intermediate_values)) == (1, 500)

    def test_all_distributions_agree_over_many_candidates(self, store, study_file, candidates, complete):
        for candidate in candidates:
            store.finish(complete(candidate, score=float(candidate.number)))
        store.close()
        study = optuna.load_study(study_name="digits", storage=f"sqlite:///{study_file}")
        assert study.best_trial.number == 7
        assert len(study.trials) == 8


class TestPlaces:
    def test_two_studies_share_a_file_under_two_names(self, store, study_file, space):
        with StudyStore.create(study_file, "irises", "minimize", space=space) as other:
            other.finish(Trial(candidate=Candidate(values={}, origin="user"), score=1.0))
            assert store.trials() == []
        with pytest.raises(RunFolderError, match=r"holds 2 studies[^\n]*\n.*digits, irises"):
            StudyStore.open(study_file)
        with StudyStore.open(study_file, "irises") as reopened:
            assert len(reopened.trials()) == 1

    def test_a_taken_name_is_refused(self, store, study_file, space):
        with pytest.raises(RunFolderError, match=r"already holds a study named 'digits'"):
            StudyStore.create(study_file, "digits", "maximize", space=space)
        assert store.attributes == {"seed": 3}

    def test_an_unknown_name_is_refused_with_those_there(self, store, study_file):
        with pytest.raises(RunFolderError, match=r"none named 'digit'\n.*one of: digits"):
            StudyStore.open(study_file, "digit")

    def test_a_study_of_optunas_own_is_foreign(self, study_file):
        optuna.create_study(storage=f"sqlite:///{study_file}", study_name="theirs")
        with pytest.raises(RunFolderError, match="holds 0 studies of Layersmith"):
            StudyStore.open(study_file)

    def test_an_unknown_direction_is_refused_with_nothing_kept(self, study_file, space):
        with pytest.raises(UnknownNameError, match="'maximise'"):
            StudyStore.create(study_file, "digits", "maximise", space=space)
        with StudyStore.create(study_file, "digits", "maximize", space=space) as created:
            assert created.trials() == []

    def test_a_wrong_attribute_is_refused_before_a_file_is_made(self, study_file, space):
        with pytest.raises(DataError):
            StudyStore.create(study_file, "digits", "maximize", {"x": {1, 2}}, space=space)
        assert not study_file.exists()

    def test_an_address_works_as_a_path_does(self, tmp_path, space):
        place = f"sqlite:///{tmp_path / 'elsewhere.db'}"
        StudyStore.create(place, "digits", "minimize", space=space).close()
        with StudyStore.open(place) as reopened:
            assert reopened.direction == "minimize"

    def test_a_path_with_odd_characters_works(self, tmp_path, space):
        folder = tmp_path / "läufe #1 100% a?b"
        folder.mkdir()
        StudyStore.create(folder / "study.db", "digits", "minimize", space=space).close()
        with StudyStore.open(folder / "study.db") as reopened:
            assert reopened.name == "digits"


def test_optuna_stays_silent_and_keeps_its_settings(study_file, space, capfd):
    optuna.logging.set_verbosity(optuna.logging.INFO)
    StudyStore.create(study_file, "digits", "maximize", space=space).close()
    StudyStore.open(study_file).close()
    assert capfd.readouterr().err == ""
    assert logging.getLogger("optuna").level == logging.INFO


def test_exported_names_are_sorted_and_there():
    assert layersmith.storage.__all__ == sorted(layersmith.storage.__all__)
    assert all(hasattr(layersmith.storage, name) for name in layersmith.storage.__all__)
