"""Candidates that train lap by lap, by made-up scores."""

import math
from collections import Counter

import pytest

from layersmith.executors import LocalExecutor
from layersmith.records import Candidate, Trial
from layersmith.schedulers import create_scheduler
from layersmith.study.laps import Laps
from layersmith.study.progress import SilentProgress
from layersmith.study.race import Race


class Search:
    """A search whose candidate `n` has the score `n`, at every rung."""

    def __init__(self, scheduler, count, *, max_epochs=9, states=None, late=False, workers=2):
        self.count, self.states, self.late, self.shares, self.workers = count, states or {}, late, [], workers
        scheduler = create_scheduler(scheduler, higher_is_better=True)
        self.race = Race(scheduler, max_epochs=max_epochs, num_candidates=count)
        self.asked = 0

    def begin(self, candidate, pending):
        def attempt(share=1.0):
            self.shares.append((candidate.number, round(9 * share)))
            state = self.states.get(candidate.number, "complete" if share == 1.0 else "paused")
            score = math.nan if state == "failed" else float(candidate.number)
            return Trial(candidate=candidate, state=state, score=score)

        return attempt, SilentProgress()

    def following(self, pending):
        if self.asked == self.count:
            return None
        self.asked += 1
        return Candidate(values={}, origin="a test", number=self.asked - 1)

    def run(self):
        with LocalExecutor(self.workers) as executor:
            laps = Laps(executor, self.race, self.begin, ordered=True)
            found = [trial for trial, _ in laps.run(self.following, lambda: not self.late)]
        return {trial.number: trial for trial in found}, found


@pytest.mark.parametrize("workers", [1, 3])
def test_halving_trains_few_to_the_end(workers):
    search = Search("successive_halving", 9, workers=workers)
    last, _ = search.run()
    assert Counter(epochs for _, epochs in search.shares) == {1: 9, 3: 3, 9: 1}
    assert {number for number, trial in last.items() if trial.state == "complete"} == {8}
    assert {trial.state for number, trial in last.items() if number != 8} == {"pruned"}
    assert last[8].rungs == (8.0, 8.0, 8.0)
    assert last[7].rungs == (7.0, 7.0)
    assert last[0].reason


def test_without_a_scheduler_each_trains_once():
    search = Search("none", 5)
    last, found = search.run()
    assert len(found) == 5
    assert search.shares == [(number, 9) for number in range(5)]
    assert {trial.state for trial in last.values()} == {"complete"}


def test_a_bracket_that_is_not_filled_is_decided_by_those_that_came():
    search = Search("successive_halving", 9)
    search.count = 5
    last, _ = search.run()
    assert {number for number, trial in last.items() if trial.state == "complete"} == {4}
    assert len(last) == 5
    assert all(trial.state != "paused" for trial in last.values())


def test_when_time_is_up_those_that_wait_are_stopped():
    search = Search("successive_halving", 9, late=True)
    last, _ = search.run()
    assert {trial.state for trial in last.values()} == {"pruned"}
    assert {epochs for _, epochs in search.shares} == {1}


def test_what_fails_is_refused_or_interrupted_is_not_trained_on():
    search = Search("successive_halving", 9, states={8: "failed", 7: "refused", 6: "interrupted"})
    last, _ = search.run()
    assert {number for number, trial in last.items() if trial.state == "complete"} == {5}
    assert [last[number].state for number in (8, 7, 6)] == ["failed", "refused", "interrupted"]
    assert not [number for number, epochs in search.shares if number > 5 and epochs > 1]
