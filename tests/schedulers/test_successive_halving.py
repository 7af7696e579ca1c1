import math
import random
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.errors import BudgetError
from layersmith.schedulers import Decision, Rung, SuccessiveHalving, limited
from layersmith.schedulers.successive_halving import halve
from layersmith.testing.schedulers import SchedulerContract, made_up_curves, race

_BRACKET = (Rung(epochs=1, size=9), Rung(epochs=3, size=3), Rung(epochs=9, size=1))


class TestContract(SchedulerContract):
    def make(self):
        return SuccessiveHalving()


class TestContractOfFours(SchedulerContract):
    def make(self):
        return SuccessiveHalving(factor=4, min_epochs=2)


def survivors(curves, bracket):
    """Return the epochs of each candidate in the textbook's successive halving, rung by rung."""
    left, epochs = list(curves), {}
    for index, rung in enumerate(bracket):
        epochs |= dict.fromkeys(left, rung.epochs)
        finite = [number for number in left if math.isfinite(curves[number][rung.epochs - 1])]
        best = sorted(finite, key=lambda number: (curves[number][rung.epochs - 1], number))
        left = best[: bracket[index + 1].size] if index + 1 < len(bracket) else []
    return epochs


@pytest.mark.parametrize("num_workers", [1, 2, 5, 100])
@pytest.mark.parametrize("seed", range(10))
def test_survivors_are_the_textbooks_in_whatever_order_they_arrive(seed, num_workers):
    [bracket] = SuccessiveHalving().plan(27, 40)
    curves = made_up_curves(40, 27, seed)
    assert race(SuccessiveHalving(), bracket, curves, num_workers=num_workers, seed=seed) == survivors(curves, bracket)


@pytest.mark.parametrize("num_workers", [1, 4])
def test_a_space_that_gives_fewer_candidates_keeps_the_best(num_workers):
    curves = made_up_curves(5, 9, seed=2)
    bracket = limited(_BRACKET, 5)
    assert race(SuccessiveHalving(), bracket, curves, num_workers=num_workers) == survivors(curves, bracket)


@given(st.permutations(range(9)), st.lists(st.sampled_from([0.1, 0.2, 0.3, math.nan]), min_size=9, max_size=9))
def test_no_verdict_is_ever_taken_back(order, values):
    before = Decision()
    for count in range(1, 10):
        decided = halve(_BRACKET, {number: [values[number]] for number in order[:count]})
        assert set(before.go_on) <= set(decided.go_on)
        assert set(before.stop) <= set(decided.stop)
        before = decided
    assert len(before.go_on + before.stop) == 9


def test_the_surely_best_goes_on_before_the_rung_is_full():
    reports = {number: [number / 10] for number in range(7)}
    assert halve(_BRACKET, reports) == Decision(go_on=(0,), stop=(3, 4, 5, 6))


def test_equal_values_go_on_by_number():
    assert halve(_BRACKET, {number: [0.5] for number in range(9)}).go_on == (0, 1, 2)


def test_failures_do_not_take_the_room_of_others():
    reports = {number: [math.nan] for number in range(7)} | {7: [0.9], 8: [0.8]}
    assert halve(_BRACKET, reports).go_on == (8, 7)
    assert halve(_BRACKET, {**reports, 8: [0.8, 0.7]}).go_on == (7,)  # 7 may still be the best at the next rung
    assert halve(_BRACKET, {**reports, 8: [0.8, 0.7], 7: [0.9, 0.75]}).go_on == (8,)


@pytest.mark.parametrize(
    ("max_epochs", "num_candidates", "expected"),
    [
        (81, 81, [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)]),
        (81, 20, [(20, 9), (6, 27), (2, 81)]),
        (9, 100, [(100, 1), (33, 3), (11, 9)]),
        (10, 2, [(2, 10)]),
        (1, 5, [(5, 1)]),
    ],
)
def test_as_many_halvings_as_epochs_and_candidates_allow(max_epochs, num_candidates, expected):
    [bracket] = SuccessiveHalving().plan(max_epochs, num_candidates)
    assert [(rung.size, rung.epochs) for rung in bracket] == expected


def test_without_a_number_full_brackets_follow_each_other():
    first, second = islice(SuccessiveHalving(factor=2, min_epochs=4).plan(32), 2)
    assert first == second
    assert [(rung.size, rung.epochs) for rung in first] == [(8, 4), (4, 8), (2, 16), (1, 32)]


def test_each_rung_costs_the_same_epochs():
    [bracket] = SuccessiveHalving().plan(81, 81)
    assert {(rung.size or 0) * rung.epochs for rung in bracket} == {81}


@pytest.mark.parametrize("arguments", [{"factor": 1}, {"factor": 2.5}, {"min_epochs": 0}])
def test_arguments_that_make_no_rungs_are_refused(arguments):
    [name] = arguments
    with pytest.raises(BudgetError, match=f"{name} is"):
        SuccessiveHalving(**arguments)


def test_rungs_without_a_size_are_refused():
    with pytest.raises(BudgetError, match="size of the rung at 3 epochs is None"):
        halve((Rung(epochs=3),), {0: [0.1]})


def test_random_values_leave_a_third_at_each_rung():
    rng = random.Random(0)
    curves = {number: [rng.random() for _ in range(27)] for number in range(27)}
    [bracket] = SuccessiveHalving().plan(27, 27)
    epochs = list(race(SuccessiveHalving(), bracket, curves, num_workers=3).values())
    assert [epochs.count(rung.epochs) for rung in bracket] == [18, 6, 2, 1]
