import math

import pytest

from layersmith.errors import BudgetError
from layersmith.schedulers import Decision, MedianScheduler
from layersmith.testing.schedulers import SchedulerContract, made_up_curves, race


class TestContract(SchedulerContract):
    def make(self):
        return MedianScheduler()


class TestContractWithFewPeers(SchedulerContract):
    def make(self):
        return MedianScheduler(min_epochs=3, interval=4, num_peers=1)


def decide(*values, num_peers=3):
    scheduler = MedianScheduler(num_peers=num_peers)
    [bracket] = scheduler.plan(5)
    return scheduler.decide(bracket, {number: [value] for number, value in enumerate(values)})


def test_worse_than_the_median_of_the_others_stops():
    assert decide(0.1, 0.2, 0.3, 0.4, 0.5) == Decision(go_on=(0, 1, 2), stop=(3, 4))


def test_as_good_as_the_median_goes_on():
    assert decide(0.2, 0.2, 0.2, 0.2).stop == ()


def test_the_median_of_an_even_number_lies_between():
    assert decide(0.1, 0.2, 0.6, 0.8, 0.35).stop == (2, 3)  # 0.35 against the mean of 0.2 and 0.6


def test_too_few_peers_stop_nobody():
    assert decide(0.1, 0.2, 0.9, num_peers=3).stop == ()
    assert decide(0.1, 0.2, 0.9, num_peers=2).stop == (2,)


def test_failed_peers_do_not_count():
    assert decide(0.1, 0.2, 0.9, math.nan, math.inf, num_peers=3).stop == (3, 4)


def test_peers_count_at_the_same_rung():
    scheduler = MedianScheduler(num_peers=2)
    [bracket] = scheduler.plan(5)
    ahead = {0: [0.9, 0.1, 0.1], 1: [0.8, 0.2, 0.2]}
    assert scheduler.decide(bracket, {**ahead, 2: [0.7]}).stop == ()
    assert scheduler.decide(bracket, {**ahead, 2: [0.7, 0.6]}).stop == (2,)


@pytest.mark.parametrize(
    ("arguments", "epochs"),
    [({}, [1, 2, 3, 4, 5, 6, 7]), ({"min_epochs": 2, "interval": 3}, [2, 5, 7]), ({"min_epochs": 9}, [7])],
)
def test_comparisons_start_late_and_come_at_intervals(arguments, epochs):
    [bracket] = MedianScheduler(**arguments).plan(7, 4)
    assert [rung.epochs for rung in bracket] == epochs
    assert {rung.size for rung in bracket} == {4}


def test_it_saves_epochs_and_keeps_the_best():
    scheduler, curves = MedianScheduler(), made_up_curves(40, 27, seed=1)
    [bracket] = scheduler.plan(27, 40)
    epochs = race(scheduler, bracket, curves)
    finals = {number: curve[-1] for number, curve in curves.items() if epochs[number] == 27}
    assert sum(epochs.values()) < 0.7 * 40 * 27
    assert min(finals.values()) < 0.1


@pytest.mark.parametrize("name", ["min_epochs", "interval", "num_peers"])
def test_arguments_below_one_are_refused(name):
    with pytest.raises(BudgetError, match=f"{name} is 0"):
        MedianScheduler(**{name: 0})
