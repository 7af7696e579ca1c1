import math

from layersmith.records import Interval, Score
from layersmith.report.bars import score_bars


def score(value: float, interval: tuple[float, float] | None = None, metric: str = "accuracy") -> Score:
    found = Interval(low=interval[0], high=interval[1]) if interval else None
    return Score(metric=metric, value=value, num_rows=10, interval=found)


def test_the_longest_end_fills_the_axis() -> None:
    bars = score_bars([("a", score(0.5, (0.4, 0.8))), ("b", score(0.2, (0.1, 0.3)))])
    assert [bar.width for bar in bars] == [62.5, 25.0]
    assert (bars[0].low, bars[0].span) == (50.0, 50.0)
    assert [bar.left for bar in bars] == [0.0, 0.0]


def test_the_first_is_the_winner() -> None:
    assert [bar.is_winner for bar in score_bars([("a", score(0.1)), ("b", score(0.9))])] == [True, False]


def test_the_words_are_those_of_the_text() -> None:
    (bar,) = score_bars([("a", score(0.5, (0.4, 0.8)))])
    assert (bar.name, bar.value, bar.interval) == ("a", "50.0 %", "40.0 to 80.0 %")


def test_negative_scores_go_left_from_zero() -> None:
    bars = score_bars([("a", score(0.5, metric="r2")), ("b", score(-0.5, metric="r2"))])
    assert [(bar.left, bar.width) for bar in bars] == [(50.0, 50.0), (0.0, 50.0)]


def test_a_score_that_is_not_defined_has_no_bar_but_a_word() -> None:
    bars = score_bars([("a", score(0.5)), ("b", score(math.nan))])
    assert (bars[1].width, bars[1].value, bars[1].low) == (0.0, "not defined", None)


def test_zeros_do_not_divide_by_zero() -> None:
    assert [bar.width for bar in score_bars([("a", score(0.0)), ("b", score(0.0))])] == [0.0, 0.0]


def test_every_position_lies_on_the_axis() -> None:
    bars = score_bars([("a", score(3.0, (-1.0, 9.0), "rmse")), ("b", score(math.inf, metric="rmse"))])
    for bar in bars:
        assert 0 <= bar.left <= bar.left + bar.width <= 100
        assert bar.low is None or 0 <= bar.low <= bar.low + bar.span <= 100
