"""A real process, killed with SIGKILL in the middle of writing."""

import os
import signal
import subprocess
import sys
import time

import optuna
import pytest

from layersmith.storage import StudyStore

WRITER = """
import sys
from layersmith.records import Training, Trial
from layersmith.storage import StudyStore
from layersmith.strategies import RandomStrategy
from layersmith.testing.strategies import conditional_space

space = conditional_space()
store = StudyStore.create(sys.argv[1], "killed", "maximize", space=space)
strategy = RandomStrategy(space, 0)
for _ in range(10_000):
    batch = strategy.ask(2)
    for candidate in batch:
        store.start(candidate)
        print("started", candidate.number, flush=True)
    for candidate in batch:
        curve = tuple(float(epoch) for epoch in range(40))
        counts = {"best_epoch": 1, "planned_epochs": 40, "seconds": 1.0}
        training = Training(curves={"val_loss": curve}, stopped="finished", **counts)
        store.finish(Trial(candidate=candidate, score=candidate.number * 0.5, trainings=(training,) * 3))
        print("finished", candidate.number, flush=True)
"""

HALFWAY = """
import os, signal, sys
from layersmith.records import Candidate
from layersmith.storage import StudyStore
from layersmith.storage.rows import add_curve

store = StudyStore.open(sys.argv[1])
store.start(Candidate(values={"layers": 2}, origin="user"))
with store._writing() as connection:
    connection.exec_driver_sql("PRAGMA cache_size = 1")  # pages reach the file before the commit
    add_curve(connection, 1, {epoch: float(epoch) for epoch in range(5000)})
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _killed_at(path, num_finished, delay):
    """Run the writer, kill it some milliseconds after a number of trials, and return what it said it had done."""
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        said = []
        for line in writer.stdout:
            said.append(line.split())
            if said[-1] == ["finished", str(num_finished)]:
                break
        time.sleep(delay)
        os.kill(writer.pid, signal.SIGKILL)
        said += [line.split() for line in writer.stdout if line.endswith("\n")]
    return {verb: {int(number) for word, number in said if word == verb} for verb in ("started", "finished")}


@pytest.mark.parametrize(("num_finished", "delay"), [(0, 0.0), (3, 0.004), (8, 0.013)])
def test_no_finished_trial_is_lost_and_no_started_one_forgotten(study_file, num_finished, delay):
    said = _killed_at(study_file, num_finished, delay)
    with StudyStore.open(study_file) as store:
        store.abandon_running()
        finished = {trial.number for trial in store.trials()}
        waiting = {candidate.number for candidate in store.interrupted()}
        assert said["finished"] <= finished
        assert not finished & waiting
        assert said["started"] <= finished | waiting
        assert all(trial.score == trial.number * 0.5 and len(trial.trainings) == 3 for trial in store.trials())
        assert finished | waiting == set(range(len(finished | waiting)))
    states = {
        trial.state.name for trial in optuna.load_study(study_name="killed", storage=f"sqlite:///{study_file}").trials
    }
    assert states <= {"COMPLETE", "FAIL"}


def test_a_transaction_killed_halfway_is_undone_by_the_next_reader(store, study_file):
    store.close()
    halfway = subprocess.run([sys.executable, "-c", HALFWAY, str(study_file)], timeout=60)
    assert halfway.returncode == -signal.SIGKILL
    assert study_file.with_name("study.db-journal").stat().st_size > 0
    with StudyStore.open(study_file) as reopened:
        reopened.abandon_running()
        assert [dict(candidate.values) for candidate in reopened.interrupted()] == [{"layers": 2}]
    [trial] = optuna.load_study(study_name="digits", storage=f"sqlite:///{study_file}").trials
    assert trial.intermediate_values == {}
