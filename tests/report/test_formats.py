import math

import pytest

from layersmith.records import Interval, Score
from layersmith.report.formats import format_count, format_interval, format_score


@pytest.mark.parametrize(
    ("metric", "value", "shown"),
    [
        ("accuracy", 0.98889, "98.9 %"),
        ("accuracy", 1.0, "100.0 %"),
        ("accuracy", 0.0, "0.0 %"),
        ("balanced_accuracy", 0.5, "50.0 %"),
        ("subset_accuracy", 0.123, "12.3 %"),
        ("mape", 0.0342, "3.42 %"),
        ("mape", 0.256, "25.6 %"),
        ("mape", 2.5, "250 %"),
        ("rmse", 1234.5678, "1,235"),
        ("rmse", 0.0123456, "0.01235"),
        ("rmse", 123456.7, "123,457"),
        ("rmse", 9.87654321e12, "9.877e+12"),
        ("rmse", 1.23456e-9, "1.235e-09"),
        ("rmse", 0.0, "0"),
        ("auc", 0.98765, "0.9877"),
        ("r2", -0.25, "-0.2500"),
        ("log_loss", math.inf, "inf"),
    ],
)
def test_a_score_is_shown_in_its_own_unit(metric: str, value: float, shown: str) -> None:
    assert format_score(metric, value) == shown


def test_what_is_not_defined_is_said_so() -> None:
    assert format_score("auc", math.nan) == "not defined"
    assert format_score("accuracy", math.nan) == "not defined"


def score(metric: str, interval: Interval | None) -> Score:
    return Score(metric=metric, value=0.5, num_rows=10, interval=interval)


def test_an_interval_names_its_unit_once() -> None:
    assert format_interval(score("accuracy", Interval(low=0.9, high=0.95))) == "90.0 to 95.0 %"
    assert format_interval(score("mape", Interval(low=0.0312, high=0.041))) == "3.12 to 4.10 %"
    assert format_interval(score("rmse", Interval(low=1.0, high=2.0))) == "1.000 to 2.000"


def test_a_negative_end_of_an_interval_stays_readable() -> None:
    assert format_interval(score("r2", Interval(low=-0.5, high=0.1))) == "-0.5000 to 0.1000"


@pytest.mark.parametrize("interval", [None, Interval(low=math.nan, high=0.5), Interval(low=0.5, high=math.nan)])
def test_no_interval_is_an_empty_string(interval: Interval | None) -> None:
    assert format_interval(score("accuracy", interval)) == ""


def test_a_count_agrees_with_its_noun() -> None:
    assert format_count(1, "trial") == "1 trial"
    assert format_count(0, "trial") == "0 trials"
    assert format_count(1234567, "row") == "1,234,567 rows"
    assert format_count(2, "category", "categories") == "2 categories"
