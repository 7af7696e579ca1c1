"""Forecasts that repeat the past: what a forecasting model has to beat.

The seasonal naive forecast gives each step the last known value of the same place in the season; with a season of 1 it
is the last value (Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 3rd edition, section 5.2).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from layersmith.errors import DataError

__all__ = ["find_season", "seasonal_naive"]


def seasonal_naive(windows: NDArray[np.floating], horizon: int, *, season: int = 1) -> NDArray[np.float32]:
    """Return forecasts `(rows, horizon)` that repeat the last season of each window.

    Args:
        windows: The past `(rows, lookback, channels)`; channel 0 is the series to forecast.
        horizon: Steps ahead.
        season: Steps of a season, at most the lookback.

    Raises:
        DataError: If the season is not within the window or the horizon is not positive.

    Example:
        >>> seasonal_naive(np.arange(4.0).reshape(1, 4, 1), 3, season=2).tolist()
        [[2.0, 3.0, 2.0]]
    """
    lookback = windows.shape[1]
    if not 1 <= season <= lookback or horizon < 1:
        raise DataError(
            f"a season of {season} and a horizon of {horizon} for windows of {lookback} steps",
            expected="a season between 1 and the lookback, and a horizon of 1 or more",
            fix=f"use a season of at most {lookback}",
        )
    return np.asarray(windows[:, lookback - season + np.arange(horizon) % season, 0], np.float32)


def find_season(
    windows: NDArray[np.floating],
    targets: NDArray[np.floating],
    *,
    seasons: Sequence[int] = (1, 4, 7, 12, 24, 48, 52, 168, 365),
) -> int:
    """Return the season whose naive forecast fits the training windows best, by mean absolute error.

    Args:
        windows: Training windows `(rows, lookback, channels)`.
        targets: What followed `(rows, horizon)`.
        seasons: Seasons to choose from; those longer than the window are left out. The first one wins ties.

    Example:
        >>> series = np.tile([1.0, 5.0, 2.0, 7.0], 5)
        >>> windows = np.stack([series[start : start + 8] for start in range(8)])[..., None]
        >>> find_season(windows, np.stack([series[start + 8 : start + 10] for start in range(8)]))
        4
    """
    fitting = [season for season in seasons if season <= windows.shape[1]]
    horizon = targets.shape[1]
    errors = [np.abs(seasonal_naive(windows, horizon, season=season) - targets).mean() for season in fitting]
    return fitting[int(np.argmin(errors))]
