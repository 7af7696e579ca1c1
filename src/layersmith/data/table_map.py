"""A fitted table: how raw columns become one matrix of numbers and one of category codes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.categories import CategoryMap, fit_categories
from layersmith.data.columns import numbers
from layersmith.data.content import TableContent
from layersmith.data.dates import DateMap, fit_dates
from layersmith.data.material import Material
from layersmith.errors import DataError
from layersmith.records import Indices

__all__ = ["TableMap", "fit_table"]


@dataclass(frozen=True, kw_only=True)
class TableMap:
    """How a table becomes arrays.

    Attributes:
        columns: All feature columns of the training data, in order; arrays are read by it.
        numeric: Columns of numbers.
        dates: Columns of dates, each some numbers, after the numeric columns.
        categories: Columns of categories.
        positional: Whether the columns have no names of their own.
    """

    columns: tuple[str, ...]
    numeric: tuple[str, ...]
    dates: tuple[DateMap, ...]
    categories: tuple[CategoryMap, ...]
    positional: bool = False

    @property
    def num_numeric(self) -> int:
        """Columns of the matrix of numbers."""
        return len(self.numeric) + sum(len(date.parts) for date in self.dates)

    @property
    def vocabulary(self) -> int:
        """Entries of the shared table of codes."""
        return sum(category.num_codes for category in self.categories)

    @property
    def numeric_names(self) -> tuple[str, ...]:
        """Names of the matrix' columns; date parts as `column.part`."""
        return (*self.numeric, *(f"{date.name}.{part}" for date in self.dates for part in date.parts))

    def arrays(self, frame: pd.DataFrame) -> dict[str, NDArray[np.generic]]:
        """Return `"numeric"` `(rows, num_numeric)` float32 and `"categorical"` `(rows, num_categorical)` int32.

        Raises:
            DataError: If a number is infinite.
        """
        found: dict[str, NDArray[np.generic]] = {}
        if self.num_numeric:
            matrix = np.empty((len(frame), self.num_numeric), dtype=np.float32)
            for i, name in enumerate(self.numeric):
                matrix[:, i] = numbers(frame[name])
            place = len(self.numeric)
            for date in self.dates:
                matrix[:, place : place + len(date.parts)] = date.numbers(frame[date.name])
                place += len(date.parts)
            found["numeric"] = matrix
        if self.categories:
            codes = [category.codes(frame[category.name]) for category in self.categories]
            found["categorical"] = np.column_stack(codes).astype(np.int32)
        return found

    def frame_of(self, material: Material) -> pd.DataFrame:
        """Return new rows as a frame with the columns of the training data.

        Raises:
            DataError: If columns are missing, or an array has another number of them.
        """
        if isinstance(material.x, pd.DataFrame):
            return self._named(material.x.reset_index(drop=True))
        flat = material.x.reshape(len(material.x), -1)
        if flat.shape[1] != len(self.columns):
            got = f"rows with {flat.shape[1]} columns"
            raise DataError(got, expected=f"{len(self.columns)} columns", fix="pass the columns of the training data")
        return pd.DataFrame(flat, columns=list(self.columns))

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        if self.positional and frame.shape[1] == len(self.columns):
            return frame.set_axis(list(self.columns), axis=1)
        needed = (*self.numeric, *(date.name for date in self.dates), *(category.name for category in self.categories))
        missing = [name for name in needed if name not in frame.columns]
        if missing:
            got = f"new rows without column {missing[0]!r}" + (f" and {len(missing) - 1} more" if missing[1:] else "")
            raise DataError(got, expected=f"columns {', '.join(needed[:30])}", fix="add it, empty where unknown")
        return frame


def fit_table(content: TableContent, rows: Indices) -> TableMap:
    """Learn vocabularies and date parts from `rows` only."""
    frame, roles = content.frame.iloc[rows], content.roles
    dates = [fit_dates(frame[name], elapsed=name != content.time_column) for name in roles.dates]
    return TableMap(
        columns=tuple(content.frame.columns),
        numeric=roles.numeric,
        dates=tuple(date for date in dates if date is not None),
        categories=fit_categories([frame[name] for name in roles.categorical]),
        positional=content.positional,
    )
