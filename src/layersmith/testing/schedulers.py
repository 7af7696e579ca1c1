"""What every scheduler must do. Subclass `SchedulerContract` and give it `make`.

class TestMine(SchedulerContract):
    def make(self):
        return MyScheduler()

`race` is a whole search loop over made-up learning curves: what a scheduler needs of its caller, and no more.
"""

import math
import random
from collections.abc import Mapping, Sequence
from itertools import islice

import pytest

from layersmith.errors import BudgetError
from layersmith.schedulers import Bracket, Decision, Rung, Scheduler

__all__ = ["SchedulerContract", "made_up_curves", "race"]

_PLANS = [(1, 1), (1, 7), (5, 3), (9, 9), (27, 40), (30, 5), (100, 20)]


def made_up_curves(num_candidates: int, max_epochs: int, seed: int = 0) -> dict[int, list[float]]:
    """Return the best loss so far of each candidate at each epoch; curves cross, and a tenth of them fail."""
    rng = random.Random(seed)  # noqa: S311
    curves = {}
    for number in range(num_candidates):
        start, end, speed = rng.uniform(1, 2), rng.uniform(0, 1), rng.uniform(0.05, 1)
        fails = rng.randrange(max_epochs) if rng.random() < 0.1 else max_epochs
        curve = [end + (start - end) * math.exp(-speed * epoch) for epoch in range(max_epochs)]
        curves[number] = [value if epoch < fails else math.nan for epoch, value in enumerate(curve)]
    return curves


def race(
    scheduler: Scheduler,
    bracket: Bracket,
    curves: Mapping[int, Sequence[float]],
    *,
    num_workers: int = 1,
    seed: int = 0,
) -> dict[int, int]:
    """Run one bracket and return the epochs each candidate trained.

    Workers take who may go on before a new candidate; which of the running ones ends next is drawn.

    Args:
        scheduler: What decides.
        bracket: One of its brackets.
        curves: Candidate number to its values, one per epoch.
        num_workers: Candidates that train at once.
        seed: Seed of the order in which they end.
    """
    rng = random.Random(seed)  # noqa: S311
    reports: dict[int, list[float]] = {number: [] for number in curves}
    new, running, waiting = list(curves), list[int](), set[int]()
    while True:
        decided = scheduler.decide(bracket, reports)
        waiting -= set(decided.stop)
        ready = [number for number in decided.go_on if number in waiting] + new
        started = ready[: num_workers - len(running)]
        new, waiting, running = [n for n in new if n not in started], waiting - set(started), running + started
        if not running:
            return {n: bracket[len(values) - 1].epochs if values else 0 for n, values in reports.items()}
        done = running.pop(rng.randrange(len(running)))
        reports[done].append(curves[done][bracket[len(reports[done])].epochs - 1])
        waiting.add(done)


class SchedulerContract:
    """The behaviour of a scheduler that looks for low values."""

    def make(self) -> Scheduler:
        """Return a scheduler."""
        raise NotImplementedError

    def brackets(self, max_epochs: int, num_candidates: int | None) -> list[Bracket]:
        """Return the first brackets of a plan."""
        return list(islice(self.make().plan(max_epochs, num_candidates), 12))

    def bracket(self) -> Bracket:
        """Return a bracket to decide on."""
        return self.brackets(27, 27)[0]

    def partly(self, seed: int) -> tuple[Bracket, dict[int, list[float]]]:
        """Return a bracket and reports of a race that is under way; some failed, some are equal."""
        bracket, rng = self.bracket(), random.Random(seed)  # noqa: S311
        values = [0.125, 0.25, 0.25, 0.375, 0.5, math.nan]  # exact in floats
        return bracket, {n: rng.choices(values, k=rng.randint(0, len(bracket))) for n in range(bracket[0].size or 20)}

    # The plan.

    @pytest.mark.parametrize(("max_epochs", "num_candidates"), [*_PLANS, (1, None), (27, None), (100, None)])
    def test_rungs_rise_to_the_last_epoch_and_never_widen(self, max_epochs: int, num_candidates: int | None) -> None:
        for bracket in self.brackets(max_epochs, num_candidates):
            epochs = [rung.epochs for rung in bracket]
            assert epochs == sorted(set(epochs))
            assert epochs[0] >= 1
            assert epochs[-1] == max_epochs
            sizes = [math.inf if rung.size is None else rung.size for rung in bracket]
            assert sizes == sorted(sizes, reverse=True)
            assert sizes[-1] >= 1

    @pytest.mark.parametrize(("max_epochs", "num_candidates"), _PLANS)
    def test_the_brackets_start_as_many_candidates_as_are_to_come(self, max_epochs: int, num_candidates: int) -> None:
        plan = list(self.make().plan(max_epochs, num_candidates))
        assert sum(bracket[0].size or 0 for bracket in plan) == num_candidates

    @pytest.mark.parametrize("counts", [(0, 5), (-1, 5), (2.5, 5), (5, 0), (5, -3), (5, 1.5)])
    def test_what_is_no_count_is_refused(self, counts: tuple[int, int]) -> None:
        with pytest.raises(BudgetError, match=r"(max_epochs|num_candidates) is"):
            self.make().plan(*counts)

    # One decision.

    def test_nothing_reported_nothing_decided(self) -> None:
        assert self.make().decide(self.bracket(), {}) == Decision()
        assert self.make().decide(self.bracket(), {0: [], 1: []}) == Decision()

    @pytest.mark.parametrize("seed", range(8))
    def test_a_decision_names_those_that_reported_once(self, seed: int) -> None:
        bracket, reports = self.partly(seed)
        decided = self.make().decide(bracket, reports)
        named = decided.go_on + decided.stop
        assert len(set(named)) == len(named)
        assert all(reports[number] for number in named)
        assert all(len(reports[number]) < len(bracket) for number in decided.go_on)

    @pytest.mark.parametrize("seed", range(8))
    def test_who_failed_and_who_is_at_the_end_stops(self, seed: int) -> None:
        bracket, reports = self.partly(seed)
        over = {
            n for n, values in reports.items() if values and (math.isnan(values[-1]) or len(values) == len(bracket))
        }
        assert over <= set(self.make().decide(bracket, reports).stop)

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
    def test_what_is_no_number_loses(self, value: float) -> None:
        reports = {number: [0.5] for number in range(20)}
        assert 7 in self.make().decide(self.brackets(27, 20)[0], {**reports, 7: [value]}).stop

    @pytest.mark.parametrize("seed", range(8))
    def test_the_order_in_which_reports_are_held_makes_no_difference(self, seed: int) -> None:
        bracket, reports = self.partly(seed)
        assert self.make().decide(bracket, dict(reversed(reports.items()))) == self.make().decide(bracket, reports)

    @pytest.mark.parametrize("seed", range(8))
    def test_reports_are_left_as_they_are_and_asked_again_it_says_the_same(self, seed: int) -> None:
        bracket, reports = self.partly(seed)
        before, scheduler = repr(reports), self.make()
        assert scheduler.decide(bracket, reports) == scheduler.decide(bracket, reports)
        assert repr(reports) == before

    @pytest.mark.parametrize("seed", range(8))
    def test_the_unit_of_the_values_makes_no_difference(self, seed: int) -> None:
        bracket, reports = self.partly(seed)
        scaled = {number: [8 * value - 4 for value in values] for number, values in reports.items()}
        assert self.make().decide(bracket, scaled) == self.make().decide(bracket, reports)

    @pytest.mark.parametrize("seed", range(8))
    def test_at_one_rung_nobody_overtakes_a_better_one(self, seed: int) -> None:
        bracket, reports = self.partly(seed)
        decided = self.make().decide(bracket, reports)
        fate = {**dict.fromkeys(decided.go_on, 2), **dict.fromkeys(decided.stop, 0)}
        for rung in range(1, len(bracket)):
            here = {
                n: values[-1] for n, values in reports.items() if len(values) == rung and not math.isnan(values[-1])
            }
            by_standing = sorted(here, key=lambda number: (here[number], number))
            fates = [fate.get(number, 1) for number in by_standing]
            assert fates == sorted(fates, reverse=True)

    def test_who_goes_on_is_named_from_the_highest_rung_down_and_best_first(self) -> None:
        for seed in range(8):
            bracket, reports = self.partly(seed)
            keys = [(-len(reports[n]), reports[n][-1], n) for n in self.make().decide(bracket, reports).go_on]
            assert keys == sorted(keys)

    # A whole race.

    @pytest.mark.parametrize("num_workers", [1, 3, 30])
    def test_everyone_starts_and_the_race_ends(self, num_workers: int) -> None:
        bracket = self.bracket()
        curves = made_up_curves(bracket[0].size or 20, 27)
        epochs = race(self.make(), bracket, curves, num_workers=num_workers)
        assert set(epochs) == set(curves)
        assert set(epochs.values()) <= {rung.epochs for rung in bracket}

    @pytest.mark.parametrize("num_workers", [1, 3, 30])
    def test_who_is_best_all_the_way_trains_to_the_end(self, num_workers: int) -> None:
        bracket = self.bracket()
        curves = made_up_curves(bracket[0].size or 20, 27) | {5: [-1.0] * 27}
        assert race(self.make(), bracket, curves, num_workers=num_workers)[5] == 27

    def test_who_fails_at_once_trains_no_further(self) -> None:
        bracket = self.bracket()
        curves = made_up_curves(bracket[0].size or 20, 27) | {5: [math.nan] * 27}
        assert race(self.make(), bracket, curves)[5] == bracket[0].epochs

    def test_a_race_in_which_all_fail_ends(self) -> None:
        bracket = self.bracket()
        epochs = race(self.make(), bracket, {number: [math.nan] * 27 for number in range(bracket[0].size or 20)})
        assert set(epochs.values()) == {bracket[0].epochs}

    def test_a_bracket_of_one_rung_trains_everyone(self) -> None:
        bracket: Bracket = (Rung(epochs=4, size=6),)
        assert race(self.make(), bracket, made_up_curves(6, 4)) == dict.fromkeys(range(6), 4)

    def test_the_same_race_twice_is_the_same(self) -> None:
        bracket = self.bracket()
        curves = made_up_curves(bracket[0].size or 20, 27)
        first, second = (race(self.make(), bracket, curves, num_workers=4, seed=3) for _ in range(2))
        assert first == second
