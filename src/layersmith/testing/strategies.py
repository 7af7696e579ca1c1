"""What every strategy must do. Subclass `SeededStrategyContract` and give it `make`.

class TestMine(SeededStrategyContract):
    def make(self, space, seed):
        return MyStrategy(space, seed)

A strategy without chance, such as the grid, takes `StrategyContract` instead.
"""

import random
from collections.abc import Sequence

import pytest

from layersmith.errors import SpaceError
from layersmith.records import Candidate, Trial, Value
from layersmith.space import HyperParameters, complete, fingerprint, validate
from layersmith.strategies import Strategy

__all__ = ["SeededStrategyContract", "StrategyContract", "conditional_space", "outcome", "small_space"]


def conditional_space() -> HyperParameters:
    """Return a space with every kind of entry, conditions two levels deep, and namesakes."""
    hp = HyperParameters()
    hp.Choice("kind", ["dense", "conv"])
    hp.Int("layers", 1, 3)
    for layer in (2, 3):
        hp.Int(f"units_{layer}", 8, 256, sampling="log", parent_name="layers", parent_values=list(range(layer, 4)))
    with hp.conditional_scope("kind", "conv"):
        hp.Boolean("pool")
        hp.Int("width", 3, 7, step=2)
        with hp.conditional_scope("pool", True):
            hp.Choice("pool_size", [2, 4])
    with hp.conditional_scope("kind", "dense"):
        hp.Int("width", 16, 128, step=16)
    hp.Float("rate", 1e-4, 1e-1, sampling="log", default=1e-3)
    hp.Float("momentum", 0.5, 0.99, sampling="reverse_log")
    hp.Float("dropout", 0.0, 0.5, step=0.1)
    hp.Fixed("version", 2)
    return hp


def small_space() -> HyperParameters:
    """Return a space of five candidates."""
    hp = HyperParameters()
    hp.Boolean("deep")
    hp.Int("layers", 2, 5, parent_name="deep", parent_values=True)
    return hp


def outcome(candidate: Candidate) -> Trial:
    """Return a made-up result that depends on the values alone: a fifth fail, the rest have a score, less is better."""
    luck = int(fingerprint(candidate.values)[:4], 16)
    if luck % 5 == 0:
        return Trial(candidate=candidate, state="failed", reason="out of memory")
    return Trial(candidate=candidate, score=abs(float(candidate.values.get("rate") or 0.0) - 0.01) + luck * 1e-9)


class StrategyContract:
    """The behaviour of a strategy that makes scores small."""

    def make(self, space: HyperParameters, seed: int) -> Strategy:
        """Return a new strategy."""
        raise NotImplementedError

    def run(self, strategy: Strategy, num_candidates: int, batch: int = 1) -> list[Candidate]:
        """Ask and tell in batches."""
        asked: list[Candidate] = []
        while len(asked) < num_candidates:
            candidates = strategy.ask(min(batch, num_candidates - len(asked)))
            strategy.tell([outcome(candidate) for candidate in candidates])
            asked += candidates
            if not candidates:
                break
        return asked

    def test_every_candidate_is_a_whole_candidate_of_the_space(self) -> None:
        space = conditional_space()
        for candidate in self.run(self.make(space, 0), 30):
            validate(space, candidate.values)

    def test_asks_as_many_as_wanted_and_numbers_them(self) -> None:
        strategy = self.make(conditional_space(), 0)
        candidates = [*strategy.ask(3), *strategy.ask(0), *strategy.ask(2)]
        assert [candidate.number for candidate in candidates] == [0, 1, 2, 3, 4]
        assert all(candidate.origin for candidate in candidates)

    def test_asks_nothing_twice(self) -> None:
        candidates = self.run(self.make(conditional_space(), 1), 30, batch=4)
        assert len({fingerprint(candidate.values) for candidate in candidates}) == 30

    def test_a_small_space_is_asked_whole_and_then_no_more(self) -> None:
        strategy = self.make(small_space(), 0)
        candidates = self.run(strategy, 50, batch=3)
        assert len({fingerprint(candidate.values) for candidate in candidates}) == len(candidates) == 5
        assert strategy.ask(4) == []

    def test_an_exhausted_space_that_grows_is_asked_on(self) -> None:
        space = small_space()
        strategy = self.make(space, 0)
        self.run(strategy, 50)
        space.Boolean("bias", default=True)
        grown = self.run(strategy, 50)
        assert len(grown) == 5  # what was tried before was built with the default
        assert not any(candidate.values["bias"] for candidate in grown)

    def test_the_same_seed_gives_the_same_candidates(self) -> None:
        first, second = (self.run(self.make(conditional_space(), 7), 25, batch=2) for _ in range(2))
        assert first == second

    @pytest.mark.parametrize("stop", [1, 12, 20])
    def test_a_resumed_study_goes_on_as_the_uninterrupted_one(self, stop: int) -> None:
        whole = self.run(self.make(conditional_space(), 3), 24)
        resumed = self.make(conditional_space(), 3)
        resumed.tell([outcome(candidate) for candidate in whole[:stop]])
        assert self.run(resumed, 24 - stop) == whole[stop:]

    def test_the_order_of_telling_makes_no_difference(self) -> None:
        whole = self.run(self.make(conditional_space(), 3), 18)
        trials = [outcome(candidate) for candidate in whole]
        random.Random(0).shuffle(trials)  # noqa: S311
        one_by_one, at_once = self.make(conditional_space(), 3), self.make(conditional_space(), 3)
        for trial in trials:
            one_by_one.tell([trial])
        at_once.tell(trials)
        assert one_by_one.ask(3) == at_once.ask(3)

    def test_the_queue_comes_first_completed_and_cleaned(self) -> None:
        strategy = self.make(conditional_space(), 0)
        strategy.enqueue({"layers": 1, "units_3": 64, "kind": "conv"}, "portfolio: small")
        strategy.enqueue({"rate": 0.01}, "user")
        first, second, third = strategy.ask(3)
        assert (first.origin, second.origin) == ("portfolio: small", "user")
        assert first.values["rate"] == 1e-3
        assert "units_3" not in first.values
        assert first.values["width"] == 3
        assert second.values["width"] == 16
        assert third.origin not in ("portfolio: small", "user")

    def test_a_queued_duplicate_is_dropped(self) -> None:
        strategy = self.make(small_space(), 0)
        for origin in ("first", "again"):
            strategy.enqueue({"deep": True, "layers": 3}, origin)
        first, _ = strategy.ask(2)
        assert first.origin == "first"
        assert len(self.run(strategy, 50)) == 3

    @pytest.mark.parametrize("values", [{"rate": 5.0}, {"units": 3}, {"kind": "lstm"}, {"dropout": 0.25}])
    def test_a_value_outside_the_space_is_not_queued(self, values: dict[str, float | str]) -> None:
        strategy = self.make(conditional_space(), 0)
        with pytest.raises(SpaceError, match=next(iter(values))):
            strategy.enqueue(values, "user")
        assert strategy.ask(1)[0].origin != "user"

    @pytest.mark.parametrize("state", ["failed", "interrupted"])
    def test_trials_without_a_score_do_not_stop_it(self, state: str) -> None:
        strategy = self.make(conditional_space(), 0)
        for _ in range(5):
            strategy.tell(self._without_score(strategy.ask(4), state))
        assert len(strategy.ask(2)) == 2

    def test_a_score_that_is_no_number_does_not_stop_it(self) -> None:
        strategy = self.make(conditional_space(), 0)
        for score in (float("nan"), float("inf")) * 8:
            strategy.tell([Trial(candidate=candidate, score=score) for candidate in strategy.ask(1)])
        assert len(strategy.ask(2)) == 2

    def test_telling_twice_changes_nothing(self) -> None:
        once, twice = self.make(conditional_space(), 0), self.make(conditional_space(), 0)
        for strategy, times in ((once, 1), (twice, 2)):
            for _ in range(14):
                trials = [outcome(candidate) for candidate in strategy.ask(1)]
                for _ in range(times):
                    strategy.tell(trials)
        assert once.ask(3) == twice.ask(3)

    def test_pruned_trials_do_not_stop_it(self) -> None:
        strategy = self.make(conditional_space(), 0)
        for score in (0.5, float("nan"), 0.2) * 5:
            strategy.tell([Trial(candidate=candidate, state="pruned", score=score) for candidate in strategy.ask(1)])
        assert len(strategy.ask(2)) == 2

    # Batches.

    def test_asking_one_by_one_is_asking_at_once(self) -> None:
        at_once, one_by_one = self.make(conditional_space(), 5), self.make(conditional_space(), 5)
        assert self.run(at_once, 14) == self.run(one_by_one, 14)
        assert at_once.ask(5) == [candidate for _ in range(5) for candidate in one_by_one.ask(1)]

    def test_a_large_batch_without_any_result(self) -> None:
        candidates = self.make(conditional_space(), 0).ask(40)
        assert len({fingerprint(candidate.values) for candidate in candidates}) == 40

    def test_a_study_of_batches_resumes_without_repeating(self) -> None:
        before = self.run(self.make(conditional_space(), 4), 24, batch=6)
        resumed = self.make(conditional_space(), 4)
        resumed.tell([outcome(candidate) for candidate in before])
        after = self.run(resumed, 12, batch=6)
        assert [candidate.number for candidate in after] == list(range(24, 36))
        assert len({fingerprint(candidate.values) for candidate in (*before, *after)}) == 36

    def test_results_may_come_late(self) -> None:
        strategy, waiting = self.make(conditional_space(), 0), list[Candidate]()
        asked: list[Candidate] = []
        for _ in range(30):
            asked += strategy.ask(1)
            waiting.append(asked[-1])
            if len(waiting) == 4:
                strategy.tell([outcome(waiting.pop(1))])
        assert len({fingerprint(candidate.values) for candidate in asked}) == 30

    # Spaces that grow, as where a build function declares entries on the way.

    def test_what_is_declared_late_is_searched_and_nothing_tried_before_is_asked_again(self) -> None:
        space = conditional_space()
        strategy = self.make(space, 0)
        before = self.run(strategy, 12)
        space.Choice("schedule", ["constant", "cosine"])
        space.Int("steps", 1, 9, parent_name="schedule", parent_values="cosine")
        after = self.run(strategy, 24, batch=2)
        for candidate in after:
            validate(space, candidate.values)
        whole = [complete(space, candidate.values) for candidate in (*before, *after)]
        assert len(set(map(fingerprint, whole))) == 36

    def test_a_space_that_is_empty_at_first(self) -> None:
        space = HyperParameters()
        strategy = self.make(space, 0)
        assert [dict(candidate.values) for candidate in self.run(strategy, 5)] == [{}]
        space.Int("layers", 1, 4)
        assert {candidate.values["layers"] for candidate in self.run(strategy, 10)} == {2, 3, 4}

    def test_an_entry_may_have_another_range_under_another_parent(self) -> None:
        space = HyperParameters()
        space.Int("layers", 1, 2)
        for layers in (1, 2):
            space.Int("units", 8, 8 + layers, parent_name="layers", parent_values=layers)
        asked = self.run(self.make(space, 0), 50)
        found = {(candidate.values["layers"], candidate.values["units"]) for candidate in asked}
        assert len(asked) == len(found) == 5
        assert (1, 9) in found
        assert (1, 10) not in found

    def test_trials_of_a_space_that_was_wider_are_no_obstacle(self) -> None:
        strategy = self.make(small_space(), 0)
        foreign: list[dict[str, Value]] = [
            {"deep": True, "layers": 9},
            {"deep": True, "layers": 3, "bias": True},
            {"kind": "conv"},
        ]
        strategy.tell(
            [
                Trial(candidate=Candidate(values=values, origin="elsewhere", number=number), score=0.1)
                for number, values in enumerate(foreign)
            ]
        )
        for candidate in self.run(strategy, 10):
            validate(small_space(), candidate.values)

    @staticmethod
    def _without_score(candidates: Sequence[Candidate], state: str) -> list[Trial]:
        return [Trial(candidate=candidate, state=state, reason="killed") for candidate in candidates]  # type: ignore[arg-type]


class SeededStrategyContract(StrategyContract):
    """The behaviour of a strategy that makes scores small, and has a seed."""

    def test_both_branches_of_a_condition_are_visited(self) -> None:
        candidates = self.run(self.make(conditional_space(), 0), 25)
        assert {candidate.values["kind"] for candidate in candidates} == {"dense", "conv"}
        assert all(("pool" in candidate.values) == (candidate.values["kind"] == "conv") for candidate in candidates)

    def test_another_seed_gives_others(self) -> None:
        first, second = (self.run(self.make(conditional_space(), seed), 5) for seed in (1, 2))
        assert first != second

    def test_a_line_without_end_is_never_exhausted(self) -> None:
        space = HyperParameters()
        space.Float("rate", 0.0, 1.0)
        asked = self.run(self.make(space, 0), 60, batch=3)
        assert len({fingerprint(candidate.values) for candidate in asked}) == 60
