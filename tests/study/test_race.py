"""Brackets that fill as candidates come."""

import math

import pytest

from layersmith.schedulers import Decision, create_scheduler
from layersmith.study.race import Race


def race(name="successive_halving", max_epochs=9, num_candidates=9):
    return Race(create_scheduler(name, higher_is_better=True), max_epochs=max_epochs, num_candidates=num_candidates)


def entered(race, count):
    for number in range(count):
        race.enter(number)
    return race


def test_rungs_are_shares_of_a_training():
    of = entered(race(), 1)
    assert of.share(0) == pytest.approx(1 / 9)
    of.report(0, 0.5, ended=False)
    assert of.share(0) == pytest.approx(1 / 3)
    assert of.scores(0) == (0.5,)


def test_each_is_told_once_who_goes_on_and_who_stops():
    of = entered(race(), 9)
    for number in range(9):
        of.report(number, number / 10, ended=False)
    decision = of.decide()
    assert (set(decision.go_on), set(decision.stop)) == ({6, 7, 8}, set(range(6)))
    assert of.decide() == Decision()
    for number in (6, 7, 8):
        of.report(number, number / 10, ended=False)
    assert of.decide() == Decision(go_on=(8,), stop=(6, 7))
    assert of.share(8) == 1.0


def test_what_ended_early_holds_its_place_at_further_rungs_without_training():
    of = entered(race(num_candidates=9), 9)
    for number in range(9):
        of.report(number, number / 10, ended=number == 8)
    decision = of.decide()
    assert set(decision.go_on) == {6, 7}
    for number in (6, 7):
        of.report(number, number / 10, ended=False)
    assert of.decide() == Decision(stop=(6, 7))  # the one place at the end is that of 8, which has trained
    assert of.scores(8) == (0.8, 0.8, 0.8)


def test_what_ended_early_and_is_beaten_takes_nobodys_place():
    of = entered(race(num_candidates=9), 9)
    for number in range(9):
        of.report(number, number / 10, ended=number == 0)
    assert set(of.decide().go_on) == {6, 7, 8}
    assert of.scores(0) == (0.0,)


def test_what_failed_loses():
    of = entered(race(num_candidates=3), 3)
    for number, score in enumerate([math.nan, 0.2, 0.1]):
        of.report(number, score, ended=number == 0)
    assert of.decide() == Decision(go_on=(1,), stop=(2,))


def test_what_is_withdrawn_leaves_its_place_to_another():
    of = entered(race(num_candidates=3), 3)
    of.withdraw(1)
    of.enter(3)
    for number in (0, 2, 3):
        of.report(number, number / 10, ended=False)
    assert of.decide() == Decision(go_on=(3,), stop=(0, 2))


def test_once_no_others_come_the_rest_is_decided():
    of = entered(race(num_candidates=9), 4)
    for number in range(4):
        of.report(number, number / 10, ended=False)
    assert of.decide() == Decision(stop=(0,))  # three of nine go on, and three are better
    of.close()
    assert of.decide() == Decision(go_on=(3, 2, 1))


def test_a_search_that_is_resumed_knows_what_was_reported():
    of = race(num_candidates=3)
    of.restore(0, (0.4,), ended=False)
    of.restore(1, (0.6, 0.7), ended=True)
    of.enter(2)
    of.report(2, 0.5, ended=False)
    assert of.decide() == Decision(stop=(2,))
    assert of.scores(1) == (0.6, 0.7)


def test_hyperband_fills_one_bracket_after_the_other():
    of = entered(race("hyperband", num_candidates=22), 22)
    epochs = [round(9 * of.share(number)) for number in range(22)]
    assert epochs == [1] * 9 + [3] * 3 + [9] * 3 + [3] * 3 + [9] * 3 + [9]


def test_without_a_scheduler_all_train_to_the_end():
    of = entered(race("none", num_candidates=None), 3)
    assert [of.share(number) for number in range(3)] == [1.0] * 3
    of.report(0, 0.3, ended=True)
    assert of.decide() == Decision()
    assert of.scores(0) == ()
