"""Forecasts that repeat the past."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layersmith.errors import DataError
from layersmith.validation.metrics import METRICS
from layersmith.validation.naive import find_season, seasonal_naive

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def _windows(series: np.ndarray, lookback: int, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    starts = range(len(series) - lookback - horizon + 1)
    past = np.stack([series[start : start + lookback] for start in starts])[..., None]
    return past, np.stack([series[start + lookback : start + lookback + horizon] for start in starts])


@pytest.mark.parametrize("season", [1, 3, 5])
@pytest.mark.parametrize("horizon", [1, 4, 11])
def test_each_step_repeats_its_place_in_the_season(season: int, horizon: int) -> None:
    past, _ = _windows(np.random.default_rng(0).normal(size=30), 10, horizon)
    forecast = seasonal_naive(past, horizon, season=season)
    assert forecast.shape == (len(past), horizon)
    assert forecast.dtype == np.float32
    for step in range(horizon):
        assert forecast[:, step] == pytest.approx(past[:, 10 - season + step % season, 0])


def test_only_the_first_channel_is_forecast() -> None:
    past = np.stack([np.zeros((2, 4)), np.ones((2, 4))], axis=-1)
    assert seasonal_naive(past, 2).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("season", [4, 7, 12])
def test_the_season_of_a_seasonal_series_is_found(season: int) -> None:
    series = np.tile(np.random.default_rng(season).normal(size=season), 6)
    assert find_season(*_windows(series, 26 if season == 12 else 16, 4)) == season


def test_a_random_walk_has_no_season() -> None:
    series = np.cumsum(np.random.default_rng(1).normal(size=300))
    assert find_season(*_windows(series, 30, 3)) == 1


@pytest.mark.parametrize(("season", "horizon"), [(0, 3), (6, 3), (2, 0)])
def test_a_season_beyond_the_window_is_refused(season: int, horizon: int) -> None:
    with pytest.raises(DataError) as raised:
        seasonal_naive(np.zeros((1, 5, 1)), horizon, season=season)
    assert f"a season of {season}" in raised.value.got
    assert "at most 5" in raised.value.fix


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not here")
def test_monthly_passengers_have_a_yearly_season() -> None:
    series = pd.read_csv(DATA / "airline.csv")["passengers"].to_numpy("float64")
    past, future = _windows(series, 24, 12)
    assert find_season(past[:-23], future[:-23]) == 12
    last_year = METRICS["mape"].compute(future[-1:], seasonal_naive(past[-1:], 12, season=12))
    last_value = METRICS["mape"].compute(future[-1:], seasonal_naive(past[-1:], 12))
    assert last_year < 0.11 < last_value
