"""Searches that compare candidates on the way."""

import keras
import numpy as np
import optuna
import pytest

import layersmith as ls
from layersmith.engine.run import Run
from layersmith.errors import BudgetError, UnknownNameError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 4)).astype("float32")
LABELS = np.array(["no", "yes"])[(X[:, 0] * X[:, 1] > 0).astype(int)]


def network(hp):
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(hp.Int("units", 4, 64, step=4), "relu"),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )
    rate = hp.Float("rate", 1e-4, 1e-1, sampling="log", default=1e-2)
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy")
    return model


def searched(result):
    return [trial for trial in result.outcome.trials if trial.phase == "search"]


def trained(result):
    return sorted(trial.trainings[0].epochs for trial in searched(result))


def halved(folder, scheduler="successive_halving", **arguments):
    wanted = {"strategy": "random", "max_trials": 9, "epochs": 27, "verbose": 0, **arguments}
    return ls.search(X, LABELS, build=network, scheduler=scheduler, out=folder, **wanted)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return halved(tmp_path_factory.mktemp("runs") / "halved")


def test_few_candidates_train_to_the_end(result):
    epochs = trained(result)
    assert epochs[:6] == [3] * 6
    assert epochs[6:8] == [9] * 2
    assert epochs[8] > 9
    states = [trial.state for trial in sorted(searched(result), key=lambda trial: len(trial.rungs))]
    assert states == ["pruned"] * 8 + ["complete"]


def test_those_that_go_on_were_the_best_of_their_rung(result):
    first = {trial.number: trial.rungs[0] for trial in searched(result)}
    went_on = [first[trial.number] for trial in searched(result) if len(trial.rungs) > 1]
    stopped = [first[trial.number] for trial in searched(result) if len(trial.rungs) == 1]
    assert len(went_on) == 3
    assert min(went_on) >= max(stopped)


def test_the_finalist_is_the_one_that_was_trained_to_the_end(result):
    [complete] = [trial for trial in searched(result) if trial.state == "complete"]
    assert result.outcome.answer.found_by == complete.number


def test_the_study_says_who_was_pruned(result):
    study = optuna.load_study(study_name="search", storage=f"sqlite:///{result.outcome.folder.study}")
    states = [trial.state for trial in study.trials if trial.user_attrs["origin"] == "random"]
    assert states.count(optuna.trial.TrialState.PRUNED) == 8


def test_who_goes_on_keeps_weights_and_optimizer(result, tmp_path):
    """So the curve of the longest is that of a training without a pause."""
    [best] = [trial for trial in searched(result) if trial.state == "complete"]
    whole = halved(tmp_path / "whole", scheduler="none")
    same = next(trial for trial in searched(whole) if trial.number == best.number)
    assert same.candidate.values == best.candidate.values
    assert same.trainings[0].curves == best.trainings[0].curves
    assert sum(trained(result)) < sum(trained(whole))


def test_a_search_that_is_killed_ends_like_one_that_was_not(result, tmp_path, monkeypatch):
    go, calls = Run.go, []

    def killed(run, share=1.0):
        calls.append(share)
        if len(calls) > 16:  # folds of trainings
            raise KeyboardInterrupt
        return go(run, share)

    monkeypatch.setattr(Run, "go", killed)
    with pytest.raises(KeyboardInterrupt):
        halved(tmp_path / "killed")
    monkeypatch.setattr(Run, "go", go)
    resumed = ls.resume(tmp_path / "killed", X, LABELS, build=network, verbose=0)
    assert [trial.number for trial in searched(resumed)] == list(range(9))
    ours, theirs = ({trial.number: trial.rungs for trial in searched(one)} for one in (resumed, result))
    assert ours == theirs


@pytest.mark.parametrize("scheduler", ["median", "asynchronous_halving", "hyperband"])
def test_every_scheduler_saves_epochs(scheduler, result, tmp_path):
    found = halved(tmp_path / "run", scheduler)
    assert len(searched(found)) == 9
    assert sum(trained(found)) < 9 * 27
    assert max(trained(found)) >= 9  # of nine, asynchronous halving sends one to its third rung, and no one further
    assert {trial.state for trial in searched(found)} <= {"complete", "pruned"}


@pytest.mark.slow  # its whole budget; shorter searches show each of the two
def test_published_architectures_run_too_and_time_ends_the_search(tmp_path):
    found = ls.search(X, LABELS, scheduler="hyperband", budget="8s", out=tmp_path / "run", verbose=0)
    assert any(trial.state == "pruned" for trial in searched(found))
    assert "paused" not in {trial.state for trial in found.outcome.trials}
    assert found.test_score.num_rows == 60


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"scheduler": "halving"}, UnknownNameError, "scheduler"),
        ({"scheduler": "median", "objectives": ["accuracy", "params"]}, BudgetError, "several objectives"),
    ],
)
def test_wrong_schedulers_are_refused_before_anything_is_written(arguments, error, said, tmp_path):
    with pytest.raises(error, match=said):
        ls.search(X, LABELS, out=tmp_path / "run", verbose=0, **arguments)
    assert not (tmp_path / "run").exists()
