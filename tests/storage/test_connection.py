import contextlib
import json
import math
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import optuna
import pytest
import sqlalchemy

from layersmith.errors import RunFolderError
from layersmith.storage import StudyStore
from layersmith.storage.connection import connected, database_errors, transaction
from layersmith.storage.location import address
from layersmith.storage.rows import add_attributes, add_curve, add_parameters


@pytest.fixture
def storage():
    with connected("sqlite://", new=True) as opened:
        yield opened
    opened.engine.dispose()


@pytest.fixture
def study_id(storage):
    return storage.create_new_study([optuna.study.StudyDirection.MINIMIZE], "study")


class TestTransaction:
    def test_several_calls_are_kept_together(self, storage, study_id):
        with transaction(storage):
            trial_id = storage.create_new_trial(study_id)
            storage.set_trial_user_attr(trial_id, "a", 1)
        assert storage.get_trial(trial_id).user_attrs == {"a": 1}

    def test_an_exception_undoes_all_of_it(self, storage, study_id):
        def fail():
            with transaction(storage):
                storage.set_trial_user_attr(storage.create_new_trial(study_id), "a", 1)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert storage.get_all_trials(study_id) == []

    def test_the_database_is_usable_after_an_exception(self, storage, study_id):
        with pytest.raises(ZeroDivisionError), transaction(storage):
            raise ZeroDivisionError
        with transaction(storage):
            storage.create_new_trial(study_id)
        storage.create_new_trial(study_id)
        assert [trial.number for trial in storage.get_all_trials(study_id)] == [0, 1]


class TestRows:
    def test_parameters_attributes_and_curves_read_back_as_optunas_own(self, storage, study_id):
        distributions = {
            "units": optuna.distributions.IntDistribution(8, 64, log=True),
            "rate": optuna.distributions.FloatDistribution(0.0, 1.0),
            "act": optuna.distributions.CategoricalDistribution(("relu", None, 3)),
        }
        params = {"units": 16, "rate": 0.25, "act": None}
        with transaction(storage) as connection:
            trial_id = storage.create_new_trial(study_id)
            add_parameters(connection, trial_id, params, distributions)
            add_attributes(connection, trial_id, {"text": "ä", "list": [1, None]})
            add_curve(connection, trial_id, {1: 0.5, 2: math.inf, 3: -math.inf, 7: math.nan})
        trial = storage.get_trial(trial_id)
        assert trial.params == params
        assert trial.distributions == distributions
        assert trial.user_attrs == {"text": "ä", "list": [1, None]}
        assert json.dumps(trial.intermediate_values) == '{"1": 0.5, "2": Infinity, "3": -Infinity, "7": NaN}'

    def test_nothing_to_write_is_fine(self, storage, study_id):
        with transaction(storage) as connection:
            trial_id = storage.create_new_trial(study_id)
            add_parameters(connection, trial_id, {}, {})
            add_attributes(connection, trial_id, {})
            add_curve(connection, trial_id, {})
        assert storage.get_trial(trial_id).params == {}


class TestErrors:
    @pytest.mark.parametrize(
        "error",
        [
            sqlalchemy.exc.OperationalError("SELECT", {}, Exception("down")),
            optuna.exceptions.StorageInternalError("down"),
            optuna.exceptions.UpdateFinishedTrialError("down"),
        ],
    )
    def test_what_a_database_raises_names_the_place(self, error):
        said = r"the study at 'runs/study\.db' cannot be used: [^\n]*down"
        with pytest.raises(RunFolderError, match=said), database_errors("runs/study.db"):
            raise error

    def test_other_errors_pass(self):
        with pytest.raises(ZeroDivisionError), database_errors("study.db"):
            raise ZeroDivisionError

    def test_a_trial_another_process_gave_up_cannot_be_finished(self, store, study_file, candidates, complete):
        store.start(candidates[0])
        with StudyStore.open(study_file) as other:
            other.abandon_running()
        with pytest.raises(RunFolderError, match="already finished and cannot be updated"):
            store.finish(complete(candidates[0]))
        assert store.trials() == []


class TestAtTheSameTime:
    """What one process does to a database that another is creating; threads have connections of their own too."""

    def test_many_create_studies_in_one_new_database(self, tmp_path, space):
        place = tmp_path / "study.db"
        together = threading.Barrier(4)

        def create(name):
            together.wait()
            StudyStore.create(place, name, "minimize", space=space).close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(create, "abcd"))
        for name in "abcd":
            StudyStore.open(place, name).close()

    def test_one_that_opens_it_does_no_harm(self, tmp_path, space):
        place = tmp_path / "study.db"
        with ThreadPoolExecutor(1) as pool:
            created = pool.submit(lambda: StudyStore.create(place, "a", "minimize", space=space).close())
            while not created.done():
                with contextlib.suppress(RunFolderError):
                    StudyStore.open(place).close()
            created.result()
        StudyStore.open(place, "a").close()

    def test_what_was_stopped_on_the_way_is_no_study_yet_and_may_be_created(self, tmp_path, space):
        place = tmp_path / "study.db"
        optuna.storages.RDBStorage(address(place)).engine.dispose()
        with contextlib.closing(sqlite3.connect(place)) as database:
            database.execute("DELETE FROM alembic_version")
            database.commit()
        with pytest.raises(RunFolderError, match="holds no study yet"):
            StudyStore.open(place)
        with contextlib.closing(sqlite3.connect(place)) as database:
            database.execute("DROP TABLE trials")
            database.commit()
        StudyStore.create(place, "a", "minimize", space=space).close()
        StudyStore.open(place, "a").close()
