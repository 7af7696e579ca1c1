import numpy as np
import pandas as pd
import pytest

from layersmith.data.seasons import autocorrelation_season, continue_dates, frequency_of, season_of

WAVE = np.sin(np.arange(2000) * 2 * np.pi / 9).astype(np.float32)


@pytest.mark.parametrize(
    ("freq", "name", "season"),
    [
        ("MS", "MS", 12), ("ME", "ME", 12), ("QS", "3MS", 4), ("QE", "3ME", 4), ("D", "86400", 7), ("h", "3600", 24),
        ("15min", "900", 96), ("W", "604800", 52), ("B", "B", 5), ("2MS", "2MS", 6),
    ],
)  # fmt: skip
def test_calendar_steps(freq, name, season):
    dates = pd.date_range("2020-01-01", periods=30, freq=freq)
    assert frequency_of(dates) == (name, True)
    assert season_of(name, WAVE) == season
    expected = pd.date_range(dates[-1], periods=4, freq=freq)[1:]
    assert continue_dates(dates[-1], name, 3).equals(expected) or (
        continue_dates(dates[-1], name, 3).tolist() == expected.tolist()
    )


def test_gaps_are_told():
    dates = pd.date_range("2020-01-01", periods=30).delete([4, 5, 11])
    assert frequency_of(dates) == ("86400", False)
    months = pd.date_range("2020-01-01", periods=30, freq="MS").delete(3)
    assert frequency_of(months) == ("MS", False)


def test_one_date_counts_as_daily():
    assert frequency_of(pd.DatetimeIndex(["2020-01-01"])) == ("86400", True)


@pytest.mark.parametrize("frequency", ["", "31536000", "12MS", "5MS"])
def test_without_a_calendar_season_the_values_decide(frequency):
    assert season_of(frequency, WAVE) == 9


def test_a_season_needs_two_of_it():
    assert season_of("MS", WAVE[:20]) != 12


@pytest.mark.parametrize("period", [4, 7, 12, 24])
def test_autocorrelation_finds_the_period_under_trend_and_noise(period):
    steps = np.arange(40 * period)
    noise = np.random.default_rng(0).normal(0, 0.3, len(steps))
    series = np.sin(steps * 2 * np.pi / period) + 0.05 * steps + noise
    assert autocorrelation_season(series.astype(np.float32)) % period == 0


@pytest.mark.parametrize(
    "values",
    [np.arange(100), np.full(100, 3.0), np.random.default_rng(1).normal(size=300), WAVE[:11]],
    ids=["line", "constant", "noise", "short"],
)
def test_no_season(values):
    assert autocorrelation_season(np.asarray(values, dtype=np.float32)) == 0
