"""Columns of categories: text to codes in one shared vocabulary."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.missing import as_text

__all__ = ["CategoryMap", "fit_categories"]

_MIN_COUNT = 2
_MAX_VALUES = 1000


@dataclass(frozen=True, kw_only=True)
class CategoryMap:
    """How one column of text becomes codes.

    The columns of a table share one embedding table: the codes of this column are `offset` (missing, unknown or rare)
    and `offset + 1 ... offset + len(values)`.

    Attributes:
        name: The column.
        values: Known values, the most frequent first.
        offset: Code of a missing or unknown value.
    """

    name: str
    values: tuple[str, ...]
    offset: int

    @property
    def num_codes(self) -> int:
        """Codes this column uses."""
        return 1 + len(self.values)

    def codes(self, column: "pd.Series[Any]") -> NDArray[np.int32]:
        """Return codes `(rows,)`.

        Example:
            >>> CategoryMap(name="c", values=("a", "b"), offset=5).codes(pd.Series(["b", "z", None])).tolist()
            [7, 5, 5]
        """
        found = pd.Index(self.values, dtype=object).get_indexer(pd.Index(as_text(column), dtype=object))
        return (found + 1 + self.offset).astype(np.int32)


def fit_categories(columns: Sequence["pd.Series[Any]"]) -> tuple[CategoryMap, ...]:
    """Learn the vocabulary of each column: values seen at least twice, at most 1,000, by frequency.

    Args:
        columns: The columns, holding only the rows to learn from.

    Example:
        >>> fit_categories([pd.Series(["a", "b", "a"], name="c")])
        (CategoryMap(name='c', values=('a',), offset=0),)
    """
    maps: list[CategoryMap] = []
    offset = 0
    for column in columns:
        counts = as_text(column).value_counts()
        kept = sorted(counts[counts >= _MIN_COUNT].items(), key=lambda entry: (-entry[1], str(entry[0])))
        values = tuple(str(value) for value, _ in kept[:_MAX_VALUES])
        maps.append(CategoryMap(name=str(column.name), values=values, offset=offset))
        offset += maps[-1].num_codes
    return tuple(maps)
