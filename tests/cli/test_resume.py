"""Searches that are killed or interrupted, and what comes of going on with them."""

import signal
import time

import pytest

from layersmith import facade
from layersmith.errors import LayersmithError
from layersmith.space import fingerprint
from layersmith.storage.store import StudyStore

DEADLINE = 120.0


def finished_trials(folder):
    """Return the trials in the database so far; none before there is one."""
    try:
        with StudyStore.open(folder / "study.db") as store:
            return store.trials()
    except LayersmithError:
        return []


def wait_for(process, folder, reached):
    """Poll the database until `reached` holds of its trials."""
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        trials = finished_trials(folder) if (folder / "config.json").exists() else []
        if reached(trials):
            return trials
        if process.poll() is not None:
            pytest.fail(f"the search ended first: {process.communicate()}")
        time.sleep(0.05)
    pytest.fail("nothing came of the search in time")


def of_phase(trials, phase):
    return [trial for trial in trials if trial.phase == phase]


def kill(process):
    process.kill()
    process.communicate()


@pytest.fixture
def start(begin, make_people, tmp_path):
    """Start a search of four trials."""
    make_people(640).to_csv(tmp_path / "people.csv", index=False)

    def search(*more, epochs=3):
        words = ("search", "people.csv", "--target", "income", "--max-trials", 4, "--out", "run", *more)
        return begin(*words, epochs=epochs), tmp_path / "run"

    return search


@pytest.mark.slow  # tests/study kills a search thrice within one process
def test_a_search_that_is_killed_twice_loses_and_repeats_nothing(start, begin):
    process, folder = start()
    first = wait_for(process, folder, lambda trials: len(trials) >= 1)
    kill(process)
    assert not (folder / "result.json").exists()
    process = begin("resume", "run")
    second = wait_for(process, folder, lambda trials: of_phase(trials, "final"))
    kill(process)
    assert not (folder / "result.json").exists()
    process = begin("resume", "run", "--quiet")
    out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, err
    assert out == ""
    result = facade.load(folder)
    found = {trial.number: trial for trial in result.outcome.trials}
    assert [trial.number for trial in of_phase(found.values(), "search")] == [0, 1, 2, 3]
    assert len(found) == len(result.outcome.trials)
    for trial in (*first, *second):
        assert found[trial.number] == trial
    searched = [fingerprint(trial.candidate.values) for trial in of_phase(found.values(), "search")]
    assert len(set(searched)) == 4
    origins = [trial.candidate.origin for trial in of_phase(found.values(), "final")]
    assert len(set(origins)) == 3  # each of them up to three times, while they cannot be told apart
    assert len(found) == 4 + len(origins)
    assert 3 <= len(origins) <= 9
    assert (folder / "report.html").exists()
    assert not result.outcome.answer.interrupted


@pytest.mark.slow  # tests/study interrupts searches within one process
def test_ctrl_c_once_ends_with_the_best_so_far(start):
    process, folder = start(epochs=5)
    wait_for(process, folder, lambda trials: len(trials) >= 1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, err
    answer = facade.load(folder).outcome.answer
    assert answer.interrupted
    assert 1 <= answer.num_trials < 4
    assert answer.title in out


def test_ctrl_c_twice_stops_quickly_and_leaves_a_run_to_resume(start, begin):
    process, folder = start(epochs=10_000)  # as long as they would be
    wait_for(process, folder, lambda trials: (folder / "study.db").exists() and started(folder))
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    if process.poll() is None:  # both may arrive as one
        process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    _, err = process.communicate(timeout=DEADLINE)
    assert time.monotonic() - asked < 20.0
    assert process.returncode != 0
    assert "Traceback" not in err
    assert not (folder / "result.json").exists()
    assert (folder / "config.json").exists()


def started(folder):
    try:
        with StudyStore.open(folder / "study.db") as store:
            return bool(store._running)
    except LayersmithError:
        return False


def test_resume_of_changed_data_is_refused(start, begin, make_people, call, tmp_path):
    process, folder = start()
    wait_for(process, folder, lambda trials: (folder / "study.db").exists() and started(folder))
    kill(process)
    make_people(640, seed=1).to_csv(tmp_path / "people.csv", index=False)
    called = call("resume", folder)
    assert called.code == 2
    assert "the data are not those" in called.err
    (tmp_path / "people.csv").unlink()
    called = call("resume", folder)
    assert called.code == 2
    assert "people.csv" in called.err
