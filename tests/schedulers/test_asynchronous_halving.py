import math

import pytest

from layersmith.errors import BudgetError
from layersmith.schedulers import AsynchronousHalving, Rung
from layersmith.testing.schedulers import SchedulerContract, made_up_curves, race

_BRACKET = (Rung(epochs=1), Rung(epochs=3), Rung(epochs=9))


class TestContract(SchedulerContract):
    def make(self):
        return AsynchronousHalving()


def test_the_best_third_so_far_goes_on_and_the_rest_waits():
    scheduler, reports = AsynchronousHalving(), {0: [0.3], 1: [0.2]}
    assert scheduler.decide(_BRACKET, reports).go_on == ()
    assert scheduler.decide(_BRACKET, {**reports, 2: [0.9]}).go_on == (1,)
    six = {**reports, 2: [0.9], 3: [0.1], 4: [0.5], 5: [0.6]}
    decided = scheduler.decide(_BRACKET, six)
    assert decided.go_on == (3, 1)
    assert decided.stop == ()


def test_a_worse_arrival_makes_room_for_one_that_waited():
    reports = {0: [0.1, 0.1], 1: [0.2], 2: [0.3], 3: [0.4], 4: [0.5]}
    assert AsynchronousHalving().decide(_BRACKET, reports).go_on == ()
    assert AsynchronousHalving().decide(_BRACKET, {**reports, 5: [math.nan]}).go_on == (1,)


def test_higher_rungs_come_first():
    reports = {0: [0.5, 0.4], 1: [0.3, 0.2], 2: [0.4, 0.3], **{number: [0.1 * number] for number in range(3, 9)}}
    assert AsynchronousHalving().decide(_BRACKET, reports).go_on == (1, 3)


@pytest.mark.parametrize("num_workers", [1, 4])
def test_far_fewer_epochs_than_training_everyone(num_workers):
    [bracket] = AsynchronousHalving().plan(27, 60)
    epochs = race(AsynchronousHalving(), bracket, made_up_curves(60, 27), num_workers=num_workers)
    assert 60 < sum(epochs.values()) < 60 * 27 / 4
    assert 27 in epochs.values()


@pytest.mark.parametrize(
    ("arguments", "epochs"),
    [({}, [1, 3, 9, 27, 81]), ({"factor": 4, "min_epochs": 5}, [6, 21, 81]), ({"min_epochs": 100}, [81])],
)
def test_rungs_multiply_up_to_the_last(arguments, epochs):
    [bracket] = AsynchronousHalving(**arguments).plan(81)
    assert [rung.epochs for rung in bracket] == epochs
    assert {rung.size for rung in bracket} == {None}


@pytest.mark.parametrize("arguments", [{"factor": 1}, {"min_epochs": 0}])
def test_arguments_that_make_no_rungs_are_refused(arguments):
    [name] = arguments
    with pytest.raises(BudgetError, match=f"{name} is"):
        AsynchronousHalving(**arguments)
