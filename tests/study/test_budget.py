import math

import pytest

from layersmith.errors import BudgetError
from layersmith.study import budget as budgets
from layersmith.study.budget import Budget, Clock, parse_budget


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("5m", 300),
        ("2h", 7200),
        ("1h30m", 5400),
        ("1h 30m 10s", 5410),
        (" 5 M ", 300),
        ("1.5m", 90),
        ("90", 90),
        (90, 90),
        (7.5, 7.5),
        ("45sec", 45),
        ("45 seconds", 45),
        ("5 min", 300),
        ("5mins", 300),
        ("5 minutes", 300),
        ("1 hour 5 minutes", 3900),
        ("2hrs", 7200),
        ("5s", 5),
    ],
)
def test_times_are_read_as_people_write_them(text, seconds):
    assert parse_budget(text) == Budget(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "5 parsecs", "5ms", "5months", "5mm", "5m foo", "m", "0s", "-1m", "1h-30m", "4.9s", "4"),
        *("inf", "nan", "5d", "1e3s", "5,5m", "5m5", 0, -3, 4.9, math.inf, math.nan, True),
    ],
)
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(BudgetError) as caught:
        parse_budget(text)
    assert repr(text) in caught.value.got
    assert "5m" in caught.value.fix


def test_without_any_limit_it_is_five_minutes_and_a_count_alone_sets_no_time():
    assert parse_budget(None) == Budget(seconds=300.0)
    assert parse_budget(None, 20) == Budget(trials=20)
    assert parse_budget("30s", 20) == Budget(seconds=30.0, trials=20)


@pytest.mark.parametrize("trials", [0, -1])
def test_less_than_one_trial_is_refused(trials):
    with pytest.raises(BudgetError, match=f"max_trials is {trials}"):
        parse_budget("5m", trials)


def test_test_and_baselines_have_what_is_left_or_their_reserve():
    assert Budget(seconds=100.0).left_for_proof(60.0) == 40.0
    assert 1.0 < Budget(seconds=100.0).left_for_proof(100.0) == Budget(seconds=100.0).left_for_proof(999.0) < 20.0
    assert Budget(trials=3).left_for_proof(60.0) is None


def test_the_search_ends_when_what_is_left_is_needed():
    budget = Budget(seconds=100.0)
    ends = [budget.search_end(needed) for needed in (0.0, 20.0, 30.0, 90.0)]
    assert ends == sorted(ends, reverse=True)  # the more is needed, the earlier
    assert ends[1] - ends[2] == pytest.approx(10.0)
    assert all(40.0 <= end <= 90.0 for end in ends)  # neither starved nor all of it
    assert ends[1] + 20.0 == pytest.approx(budget.left(0.0))  # search and what is needed fill the time for training


def test_what_is_left_never_falls_below_zero():
    budget = Budget(seconds=100.0)
    assert budget.left(0.0) < 100.0  # test and baselines want a share
    assert budget.left(10.0) == pytest.approx(budget.left(0.0) - 10.0)
    assert budget.left(200.0) == 0.0


@pytest.mark.parametrize("num_portfolio", [0, 1, 8, 30])
def test_every_candidate_of_the_portfolio_has_its_turn(num_portfolio):
    seconds = Budget(seconds=60.0).trial_seconds(num_portfolio)
    assert 0 < seconds <= 10.0
    assert seconds * num_portfolio < 60.0


def test_without_a_time_nothing_is_limited():
    budget = Budget(trials=3)
    assert budget.search_end(10.0) is budget.trial_seconds(8) is budget.left(10.0) is None


def test_the_clock_counts_earlier_sessions(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(budgets.time, "monotonic", lambda: now[0])
    clock = Clock(spent=12.5)
    now[0] += 3.0
    assert clock.elapsed() == pytest.approx(15.5)
