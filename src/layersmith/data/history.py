"""The past of a series: its channels in time order, from a frame or an array."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.arrays import check_finite
from layersmith.data.columns import numbers
from layersmith.data.dates import parse_dates
from layersmith.data.missing import as_text, is_text
from layersmith.data.seasons import frequency_of
from layersmith.errors import DataError, nearest
from layersmith.records import Indices

__all__ = ["History", "read_history"]


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """A series in time order.

    Attributes:
        values: `(steps, channels)`, the series itself first.
        names: Names of the channels.
        dates: Date of each step, or `None`.
        date_column: Column they came from; empty for the index.
        frequency: Name of the step, empty without dates.
        order: Where each step was in the source, `(steps,)`.
        notes: What was inferred.
    """

    values: NDArray[np.float32]
    names: tuple[str, ...]
    dates: pd.DatetimeIndex | None
    date_column: str | None
    frequency: str
    order: Indices
    notes: tuple[str, ...] = ()


def read_history(
    frame: pd.DataFrame, name: str, *, channels: tuple[str, ...] | None = None, time: str | None = None
) -> History:
    """Read a series and the numeric columns beside it.

    Args:
        frame: One row per step; a column or an index of dates puts them in order.
        name: The series.
        channels: The columns wanted, the series first; all numeric ones if not given.
        time: The column of dates; the first one that reads as dates if not given.

    Raises:
        DataError: If the series is missing, is not numeric, has gaps, or a date is missing or repeated.
    """
    if name not in frame.columns:
        close = nearest(name, frame.columns)
        fix = f"use {close!r}" if close else "name a column from that list"
        raise DataError(f"there is no series {name!r}", expected=f"one of: {', '.join(frame.columns[:30])}", fix=fix)
    column, dates = _dates(frame, name) if time is None else (time, _named_dates(frame, time))
    notes: list[str] = []
    order: Indices = np.arange(len(frame), dtype=np.int64)
    frequency = ""
    if dates is not None:
        order, frequency = _in_order(dates, column or "the index", notes)
        dates = dates[order]
    names = channels or _channels(frame, name, column, notes)
    values = np.column_stack([_channel(frame, channel)[order] for channel in names]).astype(np.float32)
    return History(
        values=values,
        names=names,
        dates=dates,
        date_column=column,
        frequency=frequency,
        order=order,
        notes=tuple(notes),
    )


def _dates(frame: pd.DataFrame, name: str) -> tuple[str | None, pd.DatetimeIndex | None]:
    if isinstance(frame.index, pd.DatetimeIndex):
        return "", frame.index.tz_convert("UTC").tz_localize(None) if frame.index.tz else frame.index
    if isinstance(frame.index, pd.PeriodIndex):
        return "", frame.index.to_timestamp()
    for column in frame.columns:
        dates = None if column == name else parse_dates(frame[column])
        if dates is not None:
            return str(column), pd.DatetimeIndex(dates)
    return None, None


def _named_dates(frame: pd.DataFrame, time: str) -> pd.DatetimeIndex:
    found = parse_dates(frame[time]) if time in frame.columns else None
    if found is None:
        got = f"time column {time!r} " + ("holds no dates" if time in frame.columns else "does not exist")
        raise DataError(got, expected="a column of ISO dates such as 2024-03-01", fix="convert it, or leave time out")
    return pd.DatetimeIndex(found)


def _in_order(dates: pd.DatetimeIndex, column: str, notes: list[str]) -> tuple[Indices, str]:
    num_missing = int(np.isnat(dates.to_numpy()).sum())
    if num_missing:
        got = f"{column!r} holds {num_missing} missing date(s)"
        raise DataError(got, expected="a date in every row", fix="drop those rows")
    order: Indices = np.argsort(dates.to_numpy(), kind="stable").astype(np.int64)
    arranged = dates[order]
    repeated = arranged[arranged.duplicated()]
    if len(repeated):
        got = f"{column!r} holds the date {repeated[0].date().isoformat()} several times"
        fix = "keep one series only, or sum or average the rows of one date"
        raise DataError(got, expected="each date once", fix=fix)
    frequency, regular = frequency_of(arranged)
    if not np.array_equal(order, np.arange(len(order))):
        notes.append(f"rows were sorted by {column!r}")
    if not regular:
        notes.append(f"the dates in {column!r} are irregular: steps are taken as equal")
    return order, frequency


def _channels(frame: pd.DataFrame, name: str, dates: str | None, notes: list[str]) -> tuple[str, ...]:
    others = [str(column) for column in frame.columns if column not in (name, dates)]
    usable = [column for column in others if pd.api.types.is_numeric_dtype(frame[column].dtype)]
    whole = [column for column in usable if not frame[column].isna().any() and frame[column].nunique() > 1]
    dropped = [column for column in others if column not in whole]
    if dropped:
        notes.append(f"columns not used beside the series (no numbers, constant, or with gaps): {', '.join(dropped)}")
    if whole:
        notes.append(f"further channels: {', '.join(whole)}")
    return (name, *whole)


def _channel(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    if name not in frame.columns:
        got = f"channel {name!r} is missing"
        raise DataError(got, expected="the columns of the training data", fix=f"add the column {name!r}")
    column: pd.Series[Any] = frame[name]
    values = numbers(column)
    known = as_text(column).notna() if is_text(column) else column.notna()
    junk = np.flatnonzero(np.isnan(values) & known.to_numpy())
    if len(junk):
        got = f"series {name!r} holds {str(column.iloc[junk[0]])!r} in row {junk[0]}"
        raise DataError(got, expected="numbers only", fix="clean that column")
    missing = np.flatnonzero(np.isnan(values))
    if len(missing):
        got = f"series {name!r} has {len(missing)} missing value(s), the first in row {missing[0]}"
        raise DataError(got, expected="a number in every step", fix="fill the gaps, for example with interpolate()")
    check_finite(values, f"series {name!r}")
    return values
