"""Dates in columns: recognising them, and the numbers a model can use of them."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.missing import as_text, is_text

__all__ = ["DateMap", "fit_dates", "parse_dates"]

_DATE = re.compile(r"\d{4}[-/]\d{2}([-/]\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?)?(Z|[+-]\d{2}:?\d{2})?")
PARTS = ("year", "month", "day", "weekday", "hour", "elapsed")


@dataclass(frozen=True, kw_only=True)
class DateMap:
    """How one column of dates becomes numbers.

    Attributes:
        name: The column.
        parts: Those of `year`, `month`, `day`, `weekday` (0 is Monday), `hour` and `elapsed` (days since `origin`)
            that vary.
        origin: ISO date that `elapsed` counts from.
    """

    name: str
    parts: tuple[str, ...]
    origin: str

    def numbers(self, column: "pd.Series[Any]") -> NDArray[np.float32]:
        """Return `(rows, parts)`, NaN where a value is no date."""
        dates = parse_dates(column, strict=False)
        if dates is None:
            return np.full((len(column), len(self.parts)), np.nan, dtype=np.float32)
        return np.column_stack([_part(dates, part, self.origin) for part in self.parts]).astype(np.float32)


def parse_dates(column: "pd.Series[Any]", *, strict: bool = True) -> "pd.Series[Any] | None":
    """Return the column as naive timestamps (UTC where a zone is given), or `None` where it holds no dates.

    Text counts as dates if every value is ISO-like: `2024-03`, `2024-03-01`, `2024/03/01`, `2024-03-01 12:30`.

    Args:
        column: Any column.
        strict: Whether one value that is no date makes the whole column none; else it is missing.

    Example:
        >>> parse_dates(pd.Series(["2024-03-01", "2024-03-02"])).dt.day.tolist()
        [1, 2]
        >>> parse_dates(pd.Series(["spring", "2024-03-02"])) is None
        True
    """
    if isinstance(column.dtype, pd.PeriodDtype):
        starts: pd.Series[Any] = column.dt.to_timestamp()
        return starts
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _naive(column)
    if not is_text(column):
        return None
    text = as_text(column)
    values = text.dropna().unique()
    dated = [value for value in values if _DATE.fullmatch(value)]
    if not dated or (strict and len(dated) < len(values)):
        return None
    stamps = pd.to_datetime(pd.Series(dated).str.replace("/", "-"), format="ISO8601", errors="coerce", utc=True)
    if strict and bool(stamps.isna().any()):
        return None
    table = dict(zip(dated, stamps, strict=True))
    return _naive(pd.to_datetime(text.map(table), utc=True))


def _naive(column: "pd.Series[Any]") -> "pd.Series[Any]":
    if getattr(column.dtype, "tz", None) is not None:
        naive: pd.Series[Any] = column.dt.tz_convert("UTC").dt.tz_localize(None)
        return naive
    return column


def fit_dates(column: "pd.Series[Any]", *, elapsed: bool = True) -> DateMap | None:
    """Choose the parts of a column of dates that vary; `None` where none does.

    Args:
        column: Rows to learn from.
        elapsed: Whether parts that only grow (year, elapsed days) may be used; not for the column rows are split by,
            because a model cannot extrapolate them.
    """
    dates = parse_dates(column, strict=False)
    if dates is None or not dates.notna().any():
        return None
    origin = str(dates.min().date().isoformat())
    names = [part for part in PARTS if elapsed or part not in ("year", "elapsed")]
    parts = tuple(part for part in names if len(np.unique(_part(dates, part, origin)[dates.notna()])) > 1)
    return DateMap(name=str(column.name), parts=parts, origin=origin) if parts else None


def _part(dates: "pd.Series[Any]", part: str, origin: str) -> NDArray[np.float64]:
    stamps: Any = dates
    if part == "elapsed":
        numbers = (stamps - pd.Timestamp(origin)).dt.total_seconds() / 86400
    else:
        numbers = getattr(stamps.dt, "day_of_week" if part == "weekday" else part)
    values: NDArray[np.float64] = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    return values
