import math

import pytest

from layersmith.records import Interval, Score
from layersmith.report.verdict import Verdict, compare, strongest
from layersmith.study.answer import Baseline


def score(value: float, low: float | None = None, high: float | None = None, metric: str = "accuracy") -> Score:
    interval = None if low is None or high is None else Interval(low=low, high=high)
    return Score(metric=metric, value=value, num_rows=100, interval=interval)


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        (score(0.95, 0.93, 0.97), score(0.80, 0.75, 0.85), Verdict.BETTER),
        (score(0.80, 0.75, 0.85), score(0.95, 0.93, 0.97), Verdict.WORSE),
        (score(0.95, 0.91, 0.97), score(0.90, 0.86, 0.93), Verdict.PROBABLY_BETTER),
        (score(0.90, 0.86, 0.93), score(0.95, 0.91, 0.97), Verdict.PROBABLY_WORSE),
        (score(0.91, 0.86, 0.95), score(0.90, 0.85, 0.94), Verdict.UNDECIDED),
        (score(0.90, 0.85, 0.94), score(0.91, 0.86, 0.95), Verdict.UNDECIDED),
        (score(0.90, 0.85, 0.94), score(0.90, 0.85, 0.94), Verdict.UNDECIDED),
    ],
)
def test_a_verdict_follows_from_both_intervals(ours: Score, theirs: Score, verdict: Verdict) -> None:
    assert compare(ours, theirs) is verdict


def test_errors_are_better_when_smaller() -> None:
    small, large = score(1.0, 0.9, 1.1, "rmse"), score(2.0, 1.8, 2.2, "rmse")
    assert compare(small, large) is Verdict.BETTER
    assert compare(large, small) is Verdict.WORSE


def test_intervals_that_touch_overlap() -> None:
    assert compare(score(0.95, 0.90, 0.97), score(0.85, 0.80, 0.90)) is Verdict.PROBABLY_BETTER


def test_a_score_in_one_interval_only_decides_nothing() -> None:
    assert compare(score(0.95, 0.80, 0.99), score(0.90, 0.88, 0.92)) is Verdict.UNDECIDED


@pytest.mark.parametrize("interval", [(None, None), (0.94, 0.96)])
def test_without_an_interval_nothing_is_decided(interval: tuple[float | None, float | None]) -> None:
    assert compare(score(0.95, *interval), score(0.5)) is Verdict.UNDECIDED


def test_what_is_not_defined_is_never_called_better() -> None:
    assert compare(score(math.nan), score(0.9, 0.8, 0.95)) in (Verdict.UNDECIDED, Verdict.PROBABLY_WORSE)
    assert compare(score(math.nan), score(math.nan)) is Verdict.UNDECIDED


def test_the_strongest_baseline_is_the_best_of_them_in_its_direction() -> None:
    low, high = (Baseline(name=name, score=score(value)) for name, value in (("low", 0.1), ("high", 0.9)))
    assert strongest([low, high]) is high
    assert strongest([high, low]) is high
    errors = [Baseline(name=str(value), score=score(value, metric="rmse")) for value in (2.0, 1.0, 3.0)]
    assert strongest(errors) is errors[1]


def test_a_baseline_without_a_score_is_no_rival() -> None:
    assert strongest([]) is None
    assert strongest([Baseline(name="nan", score=score(math.nan))]) is None
    kept = Baseline(name="kept", score=score(0.2))
    assert strongest([Baseline(name="nan", score=score(math.nan)), kept]) is kept
