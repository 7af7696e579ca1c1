"""One long series as windows: `(lookback, channels)` of the past, and the `horizon` values that follow."""

import numpy as np
from numpy.typing import NDArray

from layersmith.errors import DataError
from layersmith.records import Indices

__all__ = ["choose_horizon", "choose_lookback", "future", "past", "window_starts"]

_DEFAULT_HORIZON = 12
_MIN_LOOKBACK = 8


def choose_horizon(num_steps: int, season: int) -> int:
    """Return the default horizon: one season, else 12; at most a tenth of the series.

    Example:
        >>> choose_horizon(144, 12)
        12
    """
    return max(1, min(season or _DEFAULT_HORIZON, num_steps // 10))


def choose_lookback(num_steps: int, season: int, horizon: int) -> int:
    """Return the default lookback: two seasons, at most a third of the series, at least 8 and the horizon.

    Example:
        >>> choose_lookback(144, 12, 12)
        24
    """
    wanted = 2 * season if season else 2 * horizon
    floor = max(horizon, _MIN_LOOKBACK)
    room = max(1, num_steps - 2 * horizon)
    return min(max(min(wanted, num_steps // 3), floor), room)


def window_starts(num_steps: int, lookback: int, horizon: int) -> Indices:
    """Return the step of each window's first target.

    Raises:
        DataError: If the series is too short for two windows.

    Example:
        >>> window_starts(6, 2, 2).tolist()
        [2, 3, 4]
    """
    starts: Indices = np.arange(lookback, num_steps - horizon + 1, dtype=np.int64)
    if len(starts) < 2:
        got = f"horizon {horizon} with lookback {lookback} in a series of {num_steps} steps"
        expected = f"at least {lookback + horizon + 1} steps"
        fix = f"use a horizon of at most {max(1, (num_steps - 1) // 3)} and a shorter lookback"
        raise DataError(got, expected=expected, fix=fix)
    return starts


def past(values: NDArray[np.float32], starts: Indices, lookback: int) -> NDArray[np.float32]:
    """Return what each window sees, `(windows, lookback, channels)`."""
    seen: NDArray[np.float32] = values[starts[:, np.newaxis] + np.arange(-lookback, 0)]
    return seen


def future(values: NDArray[np.float32], starts: Indices, horizon: int) -> NDArray[np.float32]:
    """Return what follows each window in channel 0, `(windows, horizon)`."""
    ahead: NDArray[np.float32] = values[starts[:, np.newaxis] + np.arange(horizon), 0]
    return ahead
