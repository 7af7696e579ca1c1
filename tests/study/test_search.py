"""Whole searches: what repeats, what leaks, what resumes, what fails."""

import json
import os

import numpy as np
import pytest

from layersmith.errors import DataError, RunFolderError, TrainingError, UnknownNameError
from layersmith.families import dense
from layersmith.space import fingerprint
from layersmith.storage.store import StudyStore
from layersmith.study import search as searches

FILES = [
    "config.json",
    "data.json",
    "model.keras",
    "model.py",
    "preprocess.json",
    "result.json",
    "study.db",
    "test.npz",
    "trials.csv",
]


def history(trials):
    return [(trial.number, trial.phase, dict(trial.candidate.values), trial.candidate.origin) for trial in trials]


def scores(trials):
    return [trial.score for trial in trials]


def assert_same_search(one, other):
    assert history(one.trials) == history(other.trials)
    np.testing.assert_allclose(scores(one.trials), scores(other.trials), rtol=1e-6)
    assert one.answer.winner.candidate == other.answer.winner.candidate
    assert one.answer.found_by == other.answer.found_by


class Killed(BaseException):
    """Stands for a process that ends at once."""


def kill_at(title):
    def hear(what, text):
        if what == "epoch" and text.startswith(title):
            raise Killed

    return hear


@pytest.fixture
def one_core(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0})


def searched(trials):
    return [trial for trial in trials if trial.phase == "search"]


def test_a_run_is_a_folder_with_these_files(finished):
    assert sorted(path.name for path in finished.folder.path.iterdir()) == FILES  # the page is the facade's to write


def test_a_count_of_trials_is_honoured_and_the_best_are_trained_again(finished):
    num_finals = len(finished.trials) - 4
    assert [trial.number for trial in finished.trials] == [*range(4 + num_finals)]
    assert [trial.phase for trial in finished.trials] == ["search"] * 4 + ["final"] * num_finals
    assert 3 <= num_finals <= 9  # three, up to thrice while they cannot be told apart
    origins = [trial.candidate.origin for trial in finished.trials]
    assert origins[0].startswith("portfolio: ")
    assert origins[2:4] == ["gp", "gp"]
    best = sorted(searched(finished.trials), key=lambda trial: -trial.score)[:3]
    assert origins[4] == f"final of trial {best[0].number}"
    assert finished.answer.num_trials == 4
    assert finished.answer.winner.phase == "final"


def test_no_candidate_is_tried_twice(finished):
    found = [fingerprint(trial.candidate.values) for trial in searched(finished.trials)]
    assert len(set(found)) == len(found)


def test_the_test_score_is_the_score_of_the_model_in_the_folder(finished, make_rows):
    from layersmith.data import ReadOptions, encode, read

    problem = read(make_rows(), options=ReadOptions(target="label"))
    dataset = encode(problem, np.setdiff1d(np.arange(640), problem.holdout))
    inputs = {name: values[problem.holdout] for name, values in dataset.x.items()}
    share = (np.asarray(finished.model(inputs))[:, 0] >= 0.5) == dataset.y[problem.holdout]
    assert finished.answer.test.num_rows == len(problem.holdout) == 100
    assert finished.answer.test.value == pytest.approx(share.mean())


def test_rows_of_the_test_influence_nothing_before_it(finished, make_run, make_rows):
    frame = make_rows()
    frame.loc[540:, "a"] = 1e3 * frame.a[540:] - 77.0
    frame.loc[540:, "b"] = np.nan
    frame.loc[540:, "label"] = frame.label[540:].to_numpy()[::-1]
    changed = make_run(frame)
    assert_same_search(finished, changed)
    assert changed.answer.test.value != finished.answer.test.value
    ours, theirs = finished.model.get_weights(), changed.model.get_weights()  # statistics of the scalers among them
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_a_run_killed_thrice_ends_like_one_that_was_not(finished, make_run, make_rows, go_on, diary, tmp_path):
    with pytest.raises(Killed):
        make_run(progress=diary(kill_at("trial 3/4")))
    assert not (tmp_path / "run" / "result.json").exists()
    with StudyStore.open(tmp_path / "run" / "study.db") as store:
        before = store.trials()
    assert [trial.number for trial in before] == [0, 1]
    with pytest.raises(Killed):
        go_on(tmp_path / "run", make_rows(), progress=diary(kill_at("final 2")))
    with pytest.raises(Killed):
        go_on(tmp_path / "run", make_rows(), progress=diary(kill_at("refit")))
    last = diary()
    outcome = go_on(tmp_path / "run", make_rows(), progress=last)
    assert [title.split()[0] for title in last.titles()] == ["refit", "test"]  # nothing finished is repeated
    assert history(outcome.trials[:2]) == history(before)
    assert [trial.seconds for trial in outcome.trials[:2]] == [trial.seconds for trial in before]
    assert_same_search(finished, outcome)


def test_a_finished_run_is_returned_as_it_is(finished, go_on, diary):
    before = {path: path.read_bytes() for path in finished.folder.path.iterdir()}
    said = diary()
    outcome = go_on(finished.folder.path, None, progress=said)
    assert said.lines == [("say", f"{finished.folder.path} is finished.")]
    assert outcome.answer == finished.answer
    assert {path: path.read_bytes() for path in finished.folder.path.iterdir()} == before


@pytest.fixture
def begun(make_run, diary, tmp_path):
    """The folder of a run that was killed while its first candidate trained."""
    with pytest.raises(Killed):
        make_run(progress=diary(kill_at("trial 1/4")))
    return tmp_path / "run"


def test_resume_wants_the_same_data(begun, make_rows, go_on):
    other = make_rows()
    other.loc[3, "a"] += 1.0
    moved = make_rows()
    moved["split"] = ["test"] * 100 + ["train"] * 540
    for changed in (other, moved, make_rows().head(600)):
        with pytest.raises(DataError, match="the data are not those"):
            go_on(begun, changed)
    with pytest.raises(RunFolderError, match="arrays in memory") as caught:
        go_on(begun, None)
    assert "layersmith.resume(folder, x, y)" in caught.value.fix
    assert not (begun / "result.json").exists()


def test_one_ctrl_c_ends_the_search_with_the_best_so_far(make_run, diary, one_core):
    import os
    import signal

    def hear(what, text):
        if what == "begin" and text.startswith("trial 2/4"):
            os.kill(os.getpid(), signal.SIGINT)

    outcome = make_run(progress=diary(hear))
    assert outcome.answer.interrupted
    assert [trial.number for trial in outcome.trials] == [0]
    assert outcome.answer.winner.number == 0


def test_ctrl_c_before_anything_is_trained_leaves_a_run_to_resume(make_run, make_rows, go_on, diary, ask, tmp_path):
    import os
    import signal

    def hear(what, text):
        if what == "begin":
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(TrainingError, match="interrupted before") as caught:
        make_run(progress=diary(hear), settings=ask(trials=1))
    assert "layersmith resume" in caught.value.fix
    outcome = go_on(tmp_path / "run", make_rows())
    assert [trial.number for trial in outcome.trials] == [0]
    assert not outcome.answer.interrupted


def test_a_second_ctrl_c_stops_at_once_and_the_search_goes_on_later(
    make_run, make_rows, go_on, diary, tmp_path, one_core
):
    import os
    import signal

    def hear(what, text):
        if what == "begin" and text.startswith(("trial 2/4", "refit")):
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        make_run(progress=diary(hear))
    assert not (tmp_path / "run" / "result.json").exists()
    outcome = go_on(tmp_path / "run", make_rows())
    assert [trial.number for trial in searched(outcome.trials)] == [0, 1, 2, 3]
    assert not outcome.answer.interrupted


def failing(times):
    """Return a body that fails its first calls."""
    calls = []
    whole = dense.body

    def body(features, options, spec):
        calls.append(options)
        if len(calls) <= times:
            raise MemoryError("no room for 3 layers")
        return whole(features, options, spec)

    return body


def test_a_candidate_that_fails_is_recorded_and_the_search_goes_on(make_run, ask, monkeypatch):
    monkeypatch.setattr(dense, "body", failing(1))
    outcome = make_run(settings=ask(trials=2))
    assert [trial.state for trial in searched(outcome.trials)] == ["failed", "complete"]
    assert outcome.trials[0].reason == "MemoryError: no room for 3 layers"
    assert outcome.answer.found_by == 1
    assert "no room for 3 layers" in outcome.folder.trials.read_text()


def test_a_winner_that_cannot_be_refitted_gives_way_to_the_next(make_run, ask, diary, monkeypatch):
    from layersmith.study.bench import Bench

    whole, seen = Bench.refit, []

    def refit(self, candidate, *rest):
        seen.append(candidate)
        if len(seen) == 1:
            raise MemoryError("no room for all rows")
        return whole(self, candidate, *rest)

    monkeypatch.setattr(Bench, "refit", refit)
    said = diary()
    outcome = make_run(settings=ask(trials=2), progress=said)
    assert outcome.answer.winner.candidate == seen[1] != seen[0]
    assert any("no room for all rows" in text for what, text in said.lines if what == "say")


def test_when_every_candidate_fails_the_reasons_are_named_and_kept(make_run, ask, monkeypatch, tmp_path):
    monkeypatch.setattr(dense, "body", failing(10**6))
    with pytest.raises(TrainingError, match="none of 3 candidates could be trained: MemoryError: no room"):
        make_run(settings=ask(trials=3))
    assert not (tmp_path / "run" / "result.json").exists()
    assert (tmp_path / "run" / "trials.csv").read_text().count("no room for 3 layers") == 3


def test_a_metric_of_another_task_is_refused_before_anything_is_written(make_run, ask, tmp_path):
    with pytest.raises(UnknownNameError, match="binary"):
        make_run(settings=ask(objective="rmse"))
    assert not (tmp_path / "run").exists()


def test_the_default_metric_is_chosen_without_the_test_rows(make_rows):
    import pandas as pd

    from layersmith.data import ReadOptions, encode, read
    from layersmith.study.splitting import set_aside

    months = pd.date_range("2000-01-01", periods=120, freq="MS")
    values = 100 + np.sin(np.arange(120))
    chosen = []
    for last in (100.0, -1e6):
        changed = np.r_[values[:-1], last]
        frame = pd.DataFrame({"month": months, "sales": changed})
        problem = read(frame, options=ReadOptions(forecast="sales", horizon=6))
        parts = set_aside(problem, fraction=0.2, seed=0)
        settings = searches.Settings(source="arrays", budget=searches_budget())
        chosen.append(searches._objective(settings, problem, parts, encode(problem, parts.search)))
    assert chosen == ["mape", "mape"]


def searches_budget():
    from layersmith.study.budget import Budget

    return Budget(trials=1)


def test_data_json_says_what_was_inferred(finished):
    facts = json.loads((finished.folder.path / "data.json").read_text())
    assert (facts["kind"], facts["task"], facts["rows"]) == ("table", "binary", 640)
    assert (facts["search_rows"], facts["test_rows"]) == (540, 100)
    assert facts["classes"] == ["no", "yes"]
    assert len(facts["fingerprint"]) == 64
    assert any("split" in note for note in facts["notes"])
