import numpy as np
import pandas as pd
import pytest

from layersmith.data.dates import DateMap, fit_dates, parse_dates


def column(*values):
    return pd.Series(values, name="day")


@pytest.mark.parametrize(
    "text",
    ["2024-03", "2024-03-05", "2024/03/05", "2024-03-05 12:30", "2024-03-05T12:30:15", "2024-03-05T12:30:15.25Z"],
)
def test_iso_like_text_is_a_date(text):
    dates = parse_dates(column(text, None))
    assert dates[0].year == 2024
    assert dates[0].month == 3
    assert pd.isna(dates[1])


@pytest.mark.parametrize("text", ["12", "2024", "03-05-2024", "2024-13-01", "March 5", "2024-03-05 x", "20240305"])
def test_other_text_is_none(text):
    assert parse_dates(column(text, "2024-03-05")) is None


def test_numbers_are_no_dates():
    assert parse_dates(column(20240305, 20240306)) is None


def test_zones_become_utc():
    assert parse_dates(column("2024-03-05T12:00+02:00"))[0] == pd.Timestamp("2024-03-05 10:00")
    aware = pd.Series(pd.date_range("2024-03-05 12:00", periods=1, tz="Europe/Rome"))
    assert parse_dates(aware)[0] == pd.Timestamp("2024-03-05 11:00")


def test_only_parts_that_vary_are_kept():
    found = fit_dates(column("2024-03-05", "2024-03-06", None))
    assert found == DateMap(name="day", parts=("day", "weekday", "elapsed"), origin="2024-03-05")
    hours = fit_dates(column("2024-03-05 10:00", "2024-03-05 11:00"))
    assert hours.parts == ("hour", "elapsed")
    assert fit_dates(column("2024-03-05", "2024-03-05")) is None
    assert fit_dates(column("2024-03-05", "2025-03-04"), elapsed=False).parts == ("day",)


def test_numbers_of_known_dates():
    mapped = DateMap(name="day", parts=("year", "month", "day", "weekday", "hour", "elapsed"), origin="2024-03-01")
    rows = mapped.numbers(column("2024-03-05 06:00", None))
    np.testing.assert_array_equal(rows[0], [2024, 3, 5, 1, 6, 4.25])
    assert np.isnan(rows[1]).all()
    assert rows.dtype == np.float32


def test_what_is_no_date_later_is_missing():
    mapped = DateMap(name="day", parts=("day",), origin="2024-03-01")
    np.testing.assert_array_equal(mapped.numbers(column("2024-03-05", "soon")), [[5], [np.nan]])
    assert np.isnan(mapped.numbers(column("soon", "later"))).all()
    assert np.isnan(mapped.numbers(column(1.0, 2.0))).all()
