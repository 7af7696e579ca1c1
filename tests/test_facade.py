"""The verbs of `import layersmith as ls`."""

import json

import numpy as np
import pytest

import layersmith as ls
from layersmith import facade
from layersmith.errors import (
    BudgetError,
    DataError,
    RunFolderError,
    SpaceError,
    StrategyError,
    TrainingError,
    UnknownNameError,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(560, 3)).astype("float32")
Y = (X[:, 0] + 0.3 * RNG.normal(size=560) > 0).astype(int)
GROUPS = np.arange(560) % 70


@pytest.fixture(scope="module")
def short_trainings():
    """Let every training last three epochs at most."""
    from dataclasses import replace

    from layersmith.engine.auto import AutoEngine

    whole = AutoEngine.begin

    def begin(self, model, job):
        return whole(self, model, replace(job, recipe=replace(job.recipe, epochs=min(3, job.recipe.epochs))))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AutoEngine, "begin", begin)
        yield


@pytest.fixture(scope="module")
def result(short_trainings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("facade") / "run"
    return ls.search(X, Y, max_trials=1, out=folder, group=GROUPS, seed=3, verbose=0)


def test_search_returns_a_result_with_a_fitted_model(result):
    assert result.test_score.metric == "accuracy"
    assert 0.5 < result.test_score.value <= 1.0
    assert len(result.leaderboard()) == 1
    assert "import keras" in result.best.code()
    assert "layersmith" not in result.best.code().split("\n", 1)[1]
    assert np.asarray(result.best.model({"numeric": X[:5]})).shape == (5, 1)
    told = result.best.predict(X[:7])
    assert len(told) == 7
    assert (result.folder / "report.html").exists()


def test_load_gives_the_same_result_again(result):
    again = ls.load(str(result.folder))
    assert again.outcome.answer == result.outcome.answer
    assert again.best.values == result.best.values
    np.testing.assert_array_equal(again.best.predict(X[:9]).prediction, result.best.predict(X[:9]).prediction)


def test_what_was_asked_for_is_written_down(result):
    asked = json.loads((result.folder / "config.json").read_text())
    assert asked["source"] == "arrays"
    assert asked["budget"] == {"seconds": None, "trials": 1}
    assert asked["seed"] == 3
    assert asked["objective"] == "accuracy"
    assert "group" not in asked["read"]  # an array is to be given again


def test_verbose_0_says_nothing_and_verbose_1_a_line_per_step(result, tmp_path, capsys):
    ls.resume(result.folder, verbose=0)
    assert capsys.readouterr() == ("", "")
    ls.resume(result.folder)
    assert capsys.readouterr().err == f"{result.folder} is finished.\n"


class Killed(BaseException):
    """Stands for a process that ends at once."""


def test_arrays_are_given_again_to_resume(short_trainings, tmp_path, monkeypatch):
    from layersmith.study.bench import Bench

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Bench, "begin", die)
        with pytest.raises(Killed):
            ls.search(X, Y, max_trials=1, out=tmp_path / "run", group=GROUPS, task="binary", verbose=0)
    with pytest.raises(RunFolderError, match="arrays in memory"):
        ls.resume(tmp_path / "run", verbose=0)
    with pytest.raises(DataError, match="the data are not those"):
        ls.resume(tmp_path / "run", X + 1, Y, group=GROUPS, verbose=0)
    with pytest.raises(DataError, match="the same groups"):
        ls.resume(tmp_path / "run", X, Y, verbose=0)  # without the groups other rows would be tested on
    result = ls.resume(tmp_path / "run", X, Y, group=GROUPS, verbose=0)
    assert result.outcome.answer.num_trials == 1


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"bugdet": "5m"}, UnknownNameError, "bugdet"),
        ({"horizn": 3}, UnknownNameError, "'horizon'"),
        ({"strategy": "tpo"}, UnknownNameError, "'tpe'"),
        ({"budget": "soon"}, BudgetError, "soon"),
        ({"max_trials": 0}, BudgetError, "max_trials is 0"),
        ({"holdout": 1.0}, DataError, "holdout"),
        ({"objective": "rmse"}, UnknownNameError, "binary"),
        ({"group": [1, 2]}, DataError, "group"),
        ({"task": "regresion"}, DataError, "'regression'"),
        ({"constraints": {"parms": 10}}, UnknownNameError, "'params'"),
        ({"constraints": {"params": -1}}, BudgetError, "above 0"),
        ({"objectives": ["accuracy", "auc"]}, BudgetError, "at most one metric"),
        ({"objectives": ["auc", "params"], "objective": "accuracy"}, BudgetError, "at most one metric"),
        ({"objectives": ["accuracy", "params"], "strategy": "tpe"}, StrategyError, "nsga2"),
        ({"enqueue": [{"family": "forest"}]}, SpaceError, "forest"),
        ({"enqueue": [{"unts": 3}]}, SpaceError, "unts"),
    ],
)
def test_wrong_arguments_are_refused_and_nothing_is_written(arguments, error, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=said):
        ls.search(X, Y, verbose=0, **arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def bounded(short_trainings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("facade") / "bounded"
    return ls.search(
        X,
        Y,
        max_trials=3,
        out=folder,
        objectives=["params", "accuracy"],
        constraints={"params": 3000, "latency_ms": 10_000},
        enqueue=[{"dense/layers": 1, "dense/units": 16}, {"dense/layers": 3, "dense/units": 512}],
        verbose=0,
    )


def test_candidates_over_a_limit_are_refused_and_do_not_count(bounded):
    trials = [trial for trial in bounded.outcome.trials if trial.phase == "search"]
    assert [trial.candidate.origin for trial in trials[:2]] == ["enqueued", "enqueued"]
    assert [trial.state for trial in trials[:2]] == ["complete", "refused"]
    assert "over the limit of 3,000" in trials[1].reason
    assert trials[1].trainings == ()
    assert sum(trial.state == "complete" for trial in trials) == 3
    assert all(trial.state in ("complete", "refused") for trial in trials)
    assert bounded.best.model.count_params() <= 3000


def test_several_objectives_leave_a_front_of_compromises(bounded):
    front = bounded.pareto
    assert list(front.columns[-2:]) == ["accuracy", "params"]
    assert front["accuracy"].is_monotonic_decreasing
    assert front["params"].is_monotonic_decreasing
    complete = [trial for trial in bounded.outcome.trials if trial.phase == "search" and trial.state == "complete"]
    for trial in complete:
        accuracy, params = trial.objectives
        assert accuracy == trial.score
        beaten = (front["accuracy"] >= accuracy) & (front["params"] <= params)
        assert beaten.any()


def test_a_search_whose_every_candidate_is_over_a_limit_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("layersmith.study.session._REFUSED_AT_MOST", 10)
    with pytest.raises(TrainingError, match="over the limit of 2"):
        ls.search(X, Y, max_trials=2, out=tmp_path / "run", constraints={"params": 2}, verbose=0)


def test_one_objective_has_the_best_candidate_alone_at_its_front(result):
    assert result.pareto["score"].tolist() == [result.leaderboard()["score"].max()]


def test_a_folder_is_found_where_none_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [facade._free_folder(source).as_posix() for source in (X, "sklearn:digits", "data/adult.csv.gz")]
    assert names == ["runs/arrays", "runs/digits", "runs/adult"]
    for taken in ("adult", "adult-2"):
        (tmp_path / "runs" / taken).mkdir(parents=True)
    assert facade._free_folder("data/adult.csv.gz").as_posix() == "runs/adult-3"


def test_load_of_nothing_says_what_to_do(tmp_path):
    with pytest.raises(RunFolderError, match="there is no folder") as caught:
        ls.load(tmp_path / "nothing")
    assert caught.value.fix
