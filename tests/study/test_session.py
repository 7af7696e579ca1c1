"""The phases against a clock that only trials move."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from layersmith.data import ReadOptions, encode, read
from layersmith.errors import TrainingError
from layersmith.families import Established, trunk
from layersmith.records import Candidate, Training, Trial
from layersmith.storage.store import StudyStore
from layersmith.study.architectures import FamilyArchitectures
from layersmith.study.bench import Fitted
from layersmith.study.budget import Budget
from layersmith.study.context import Context
from layersmith.study.naming import name_of
from layersmith.study.progress import SilentProgress
from layersmith.study.session import Session
from layersmith.study.settings import Settings
from layersmith.study.splitting import set_aside
from layersmith.validation.metrics import metric_named


class Timed:
    """A bench whose trials take as long as they may, but at most `seconds`; it moves the clock instead of training."""

    def __init__(self, dataset, *, seconds, state="complete"):
        self.dataset, self.metric = dataset, metric_named("accuracy")
        self.architectures = FamilyArchitectures(dataset)
        self.architectures.fit_to_time = lambda rows, seconds: tuple(self.architectures.portfolio)
        self.now, self.limits, self._seconds, self._state = 0.0, [], seconds, state

    def elapsed(self):
        return self.now

    def _train(self, limit):
        self.limits.append(limit)
        took = self._seconds if limit is None else min(limit, self._seconds)
        self.now += took
        return took

    def begin(self, candidate, splits, limits, *, phase):
        return lambda share=1.0: self._trial(candidate, limits, phase)

    def _trial(self, candidate, limits, phase):
        took = self._train(limits.seconds)
        training = Training(curves={"loss": (1.0,)}, best_epoch=1, planned_epochs=2, seconds=took, stopped="time")
        place = (
            candidate.number if phase == "search" else 50 - int(candidate.origin.split()[-1])
        )  # finals turn it round
        score = math.nan if self._state == "failed" else 0.5 + 0.01 * place
        return Trial(
            candidate=candidate, state=self._state, score=score, loss=0.1, trainings=(training,), seconds=took,
            phase=phase, reason="no room" if self._state == "failed" else "", fold_scores=(score,),
        )  # fmt: skip

    def refit(self, candidate, rows, share, limits):
        training = Training(
            curves={}, best_epoch=1, planned_epochs=2, seconds=self._train(limits.seconds), stopped="finished"
        )
        return Fitted(model=share, training=training)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    problem = read(rng.normal(size=(700, 3)), np.arange(700) % 2, options=ReadOptions())
    parts = set_aside(problem, fraction=0.2, seed=0)
    return problem, parts, encode(problem, parts.search)


@pytest.fixture
def run(data):
    """Run a session and return its bench, its trials and the winner."""

    def go(budget, *, seconds, state="complete", interrupted=()):
        problem, parts, dataset = data
        bench = Timed(dataset, seconds=seconds, state=state)
        space = trunk.declare(dataset.spec)
        with StudyStore.create("sqlite://", "search", "maximize", space=space) as store:
            for candidate in interrupted:
                store.start(candidate)
            context = Context(
                settings=Settings(source="arrays", budget=budget), problem=problem, parts=parts,
                bench=bench, store=store, progress=SilentProgress(), clock=bench,
                interrupt=SimpleNamespace(requested=False), workers=1,
            )  # fmt: skip
            winner = Session(context).run()
            return bench, store.trials(), winner

    return go


def of_phase(trials, phase):
    return [trial for trial in trials if trial.phase == phase]


@pytest.mark.parametrize(("budget", "seconds"), [(20.0, 0.4), (20.0, 1e9), (60.0, 1e9), (300.0, 1e9)])
def test_a_budget_covers_search_finals_and_refit(budget, seconds, run):
    bench, trials, _ = run(Budget(seconds=budget), seconds=seconds)
    assert bench.now <= 1.1 * budget
    assert bench.now >= 0.5 * budget
    assert of_phase(trials, "search")


def test_the_whole_portfolio_has_its_turn_within_the_time(data, run):
    _, trials, _ = run(Budget(seconds=300.0), seconds=10.0)
    published = len(trunk.portfolio(data[2].spec))
    assert len(of_phase(trials, "search")) >= published


def test_what_was_interrupted_keeps_its_number_and_no_other_candidate_gets_it(run):
    first = Candidate(values={"family": "dense", "dense/layers": 1}, origin="portfolio: a test", number=0)
    _, trials, _ = run(Budget(trials=4), seconds=1.0, interrupted=[first])
    search = of_phase(trials, "search")
    assert sorted(trial.number for trial in search) == [0, 1, 2, 3]
    assert search[0].candidate.values == first.values


def test_a_count_of_trials_ends_the_search(run):
    bench, trials, winner = run(Budget(trials=5), seconds=1.0)
    assert len(of_phase(trials, "search")) == 5
    once = {"final of trial 4", "final of trial 3", "final of trial 2"}
    finals = [trial.candidate.origin for trial in of_phase(trials, "final")]
    assert (set(finals[:3]), set(finals[3:]), len(finals)) == (once, once, 6)  # two folds tell them apart
    assert set(bench.limits) == {None}
    assert winner.trial.number == 7  # the highest score of the finals
    assert winner.found_by == 2
    assert winner.fitted.model == 0.5  # half of the planned epochs were best


def test_one_candidate_needs_no_finals(run):
    _, trials, winner = run(Budget(trials=1), seconds=1.0)
    assert [trial.phase for trial in trials] == ["search"]
    assert (winner.trial.number, winner.found_by) == (0, 0)


@pytest.mark.parametrize("budget", [Budget(trials=3), Budget(seconds=10.0)])
def test_a_search_in_which_all_fail_ends_and_says_why(budget, run):
    with pytest.raises(TrainingError, match="could be trained: no room") as caught:
        run(budget, seconds=1.0, state="failed")
    assert "trials.csv" in caught.value.fix


def test_a_search_gives_up_when_none_of_its_first_trials_could_be_trained(run):
    with pytest.raises(TrainingError, match=r"none of 1\d candidates"):
        run(Budget(seconds=1000.0), seconds=1.0, state="failed")


PORTFOLIO = (Established(name="LeNet-5", source="a paper", values={"family": "conv", "conv/layers": 2}),)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"family": "conv", "conv/layers": 2, "optimizer": "adam"}, "LeNet-5"),
        ({"family": "conv", "conv/layers": 3}, "conv network"),
        ({"family": "dense", "dense/style": "resnet"}, "resnet dense network"),
        ({"family": "recurrent", "recurrent/cell": "GRU"}, "GRU recurrent network"),
    ],
)
def test_candidates_have_names(values, name):
    assert name_of(Candidate(values=values, origin="tpe"), PORTFOLIO) == name
