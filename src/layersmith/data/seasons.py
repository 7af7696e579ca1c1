"""Dates of a series: their step, and the season they suggest.

A step is written as `MS` or `ME` (month starts or ends; `3MS` for quarters), `B` (business days), or seconds as text.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["autocorrelation_season", "continue_dates", "frequency_of", "season_of"]

_DAY = 86400
_LONG_SEASONS = {_DAY: 7, 7 * _DAY: 52}
_STRONG = 0.3


def frequency_of(dates: pd.DatetimeIndex) -> tuple[str, bool]:
    """Return the typical step of sorted, distinct dates, and whether all steps are alike.

    Example:
        >>> frequency_of(pd.date_range("2024-01-01", periods=5, freq="MS"))
        ('MS', True)
        >>> frequency_of(pd.date_range("2024-01-01", periods=5, freq="h"))
        ('3600', True)
    """
    if len(dates) < 2:
        return str(_DAY), True
    months = np.diff(dates.year.to_numpy() * 12 + dates.month.to_numpy())
    for name, aligned in (("MS", dates.is_month_start), ("ME", dates.is_month_end)):
        if np.all(aligned) and np.median(months) >= 1:
            return _months(int(np.median(months)), name), bool(np.ptp(months) == 0)
    seconds = np.diff(dates.to_numpy().astype("datetime64[s]").astype(np.int64))
    if np.ptp(seconds) and len(dates) == len(pd.bdate_range(dates[0], dates[-1])) and dates.day_of_week.max() < 5:
        return "B", True
    return str(max(1, int(np.median(seconds)))), bool(np.ptp(seconds) == 0)


def _months(step: int, name: str) -> str:
    return name if step == 1 else f"{step}{name}"


def season_of(frequency: str, values: NDArray[np.float32]) -> int:
    """Return the steps of one season, 0 where there is none.

    Calendar steps have theirs (monthly 12, quarterly 4, weekly 52, daily 7, business days 5, a day for anything
    shorter: hourly 24); a series too short for two of them, or without dates, is judged by its autocorrelation.

    Args:
        frequency: Step as `frequency_of` names it; empty without dates.
        values: The series `(steps,)`.

    Example:
        >>> season_of("MS", np.zeros(48, dtype=np.float32))
        12
    """
    season = _calendar_season(frequency)
    return season if season > 1 and len(values) >= 2 * season else autocorrelation_season(values)


def _calendar_season(frequency: str) -> int:
    if frequency.endswith(("MS", "ME")):
        step = int(frequency[:-2] or 1)
        return 12 // step if 12 % step == 0 else 0
    if frequency == "B":
        return 5
    if not frequency:
        return 0
    seconds = int(frequency)
    return _DAY // seconds if seconds < _DAY and _DAY % seconds == 0 else _LONG_SEASONS.get(seconds, 0)


def autocorrelation_season(values: NDArray[np.float32]) -> int:
    """Return the lag of the highest peak of the detrended series' autocorrelation, 0 if none is above 0.3.

    Example:
        >>> autocorrelation_season(np.sin(np.arange(120) * 2 * np.pi / 10).astype(np.float32))
        10
    """
    num = len(values)
    if num < 12:
        return 0
    steps = np.arange(num)
    series = values.astype(np.float64)
    series = series - np.polyval(np.polyfit(steps, series, 1), steps)
    correlation = np.fft.irfft(np.abs(np.fft.rfft(series, 2 * num)) ** 2)[: num // 3 + 1]
    if correlation[0] <= 1e-12 * num * max(1e-12, float(np.abs(values).max()) ** 2):
        return 0  # a straight line: nothing is left but rounding
    correlation = correlation / correlation[0]
    inner = correlation[1:-1]
    peaks = 1 + np.flatnonzero((inner > correlation[:-2]) & (inner >= correlation[2:]) & (inner > _STRONG))
    return int(peaks[np.argmax(correlation[peaks])]) if len(peaks) else 0


def continue_dates(last: pd.Timestamp, frequency: str, horizon: int) -> pd.DatetimeIndex:
    """Return the `horizon` dates after `last`.

    Example:
        >>> continue_dates(pd.Timestamp("1960-12-01"), "MS", 2).strftime("%Y-%m").tolist()
        ['1961-01', '1961-02']
    """
    freq = f"{frequency}s" if frequency.isdigit() else frequency
    dates = pd.date_range(start=last, periods=horizon + 1, freq=freq)
    return dates[dates > last][:horizon]
