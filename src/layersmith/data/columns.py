"""What each column of a table is for: numbers, categories, dates, or nothing.

Only the values of a column are looked at, never the target.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.arrays import check_finite
from layersmith.data.dates import parse_dates
from layersmith.data.missing import as_text, is_text
from layersmith.errors import DataError

__all__ = ["Roles", "infer_roles", "numbers"]

_IDENTIFIER_SHARE = 0.9
_IDENTIFIER_ROWS = 20
_ROW_COUNTERS = {"id", "index", "row", "row_id", "rowid", "row_number", "unnamed: 0"}
_NUMBER_WITH_UNIT = re.compile(r"[-+$€£]?\s*\d[\d.,]*\s*(\S*)")


@dataclass(frozen=True, kw_only=True)
class Roles:
    """Columns by role, in the order of the table.

    Attributes:
        numeric: Columns of numbers, text that parses as numbers included.
        categorical: Columns of text with few values.
        dates: Columns of dates.
        notes: What was dropped, and why.
    """

    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    dates: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """Columns a model sees."""
        return (*self.numeric, *self.categorical, *self.dates)


def infer_roles(frame: pd.DataFrame, *, keep_constant: bool = False) -> Roles:
    """Sort the columns of a table by what they are for.

    Identifiers (text with more than 90 % distinct values), row counters, constant and all-missing columns are dropped
    with a note. Integers stay numbers even where they are few.

    Args:
        frame: Feature columns, holding only the rows to learn from.
        keep_constant: Whether numbers that do not vary stay, for a model that expects every column.

    Raises:
        DataError: If no column is left, or one holds lists, complex or infinite numbers.

    Example:
        >>> infer_roles(pd.DataFrame({"age": [30, 40], "town": ["a", "b"], "one": [1, 1]})).numeric
        ('age',)
    """
    found: dict[str, list[str]] = {"numeric": [], "categorical": [], "dates": []}
    notes: list[str] = []
    for name in frame.columns:
        role, note = _role(frame[name], keep_constant)
        if role:
            found[role].append(str(name))
        if note:
            notes.append(note)
    roles = Roles(notes=tuple(notes), **{role: tuple(names) for role, names in found.items()})
    if not roles.used:
        got = f"no usable feature among {frame.shape[1]} column(s)" + "".join(f"; {note}" for note in notes)
        raise DataError(got, expected="a column besides the target that varies", fix="add feature columns")
    return roles


def _role(column: "pd.Series[Any]", keep_constant: bool) -> tuple[str, str]:
    """Return the role (empty where dropped) and a note (empty where there is nothing to say)."""
    name = str(column.name)
    if is_text(column):
        return _text_role(column, name)
    if parse_dates(column) is not None:
        return ("dates", "") if column.nunique() > 1 else ("", f"column {name!r} is constant: dropped")
    values = numbers(column)
    known = values[~np.isnan(values)]
    if not len(known):
        return "", f"column {name!r} has no value at all: dropped"
    if len(known) == len(values) and known.min() == known.max() and not keep_constant:
        return "", f"column {name!r} is constant: dropped"
    if name.casefold() in _ROW_COUNTERS and len(np.unique(known)) == len(values):
        return "", f"column {name!r} only counts the rows: dropped"
    return "numeric", ""


def _text_role(column: "pd.Series[Any]", name: str) -> tuple[str, str]:
    text = as_text(column)
    values = text.dropna().unique()
    if not len(values):
        return "", f"column {name!r} has no value at all: dropped"
    if len(values) == 1 and text.notna().all():
        return "", f"column {name!r} is constant: dropped"
    if _numeric_text(values):
        return "numeric", f"column {name!r} is text that reads as numbers: taken as numbers"
    if parse_dates(column) is not None:
        return "dates", ""
    junk = f" (it holds text such as {values[0]!r})" if _looks_numeric(values) else ""
    num_known = int(text.notna().sum())
    if num_known >= _IDENTIFIER_ROWS and len(values) > _IDENTIFIER_SHARE * num_known:
        return "", f"column {name!r} has {len(values)} different values in {num_known} rows{junk}: dropped"
    note = f"column {name!r} looks like numbers but does not read as such{junk}: taken as categories"
    return "categorical", note if junk else ""


def _numeric_text(values: NDArray[Any]) -> bool:
    return bool(pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").notna().all())


def _looks_numeric(values: NDArray[Any]) -> bool:
    """Whether most values are numbers with few units, such as `12,5 kg`; `2. Married` and `3. Single` are not."""
    found = [_NUMBER_WITH_UNIT.fullmatch(str(value)) for value in values[:200]]
    units = [match.group(1) for match in found if match]
    return 2 * len(units) > len(found) and 2 * len(set(units)) <= len(units)


def numbers(column: "pd.Series[Any]") -> NDArray[np.float64]:
    """Return a column as float64 `(rows,)`, NaN where a value is missing or no number.

    Raises:
        DataError: If it holds complex or infinite numbers.

    Example:
        >>> numbers(pd.Series(["1", "?", "2.5"])).tolist()
        [1.0, nan, 2.5]
    """
    what = f"column {str(column.name)!r}"
    values: NDArray[np.float64]
    if is_text(column):
        values = _text_numbers(column)
    elif pd.api.types.is_complex_dtype(column.dtype):
        raise DataError(f"{what} holds complex numbers", expected="real numbers", fix="split it into two columns")
    elif pd.api.types.is_timedelta64_dtype(column.dtype):
        values = np.asarray(column.dt.total_seconds(), dtype=np.float64) / 86400
    elif isinstance(column.dtype, pd.CategoricalDtype):
        values = np.asarray(column.astype("float64"), dtype=np.float64)
    else:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    check_finite(values, what)
    return values


def _text_numbers(column: "pd.Series[Any]") -> NDArray[np.float64]:
    codes, values = pd.factorize(as_text(column))
    parsed = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").to_numpy(dtype=np.float64)
    return np.append(parsed, np.nan)[codes]
