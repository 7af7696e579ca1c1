"""Which text means that a value is missing, and columns of text without it."""

from typing import Any

import numpy as np
import pandas as pd

from layersmith.errors import DataError

__all__ = ["MARKS", "as_text", "is_text"]

MARKS = ("", "?", "NA", "N/A", "NaN", "nan", "null", "NULL", "<NA>")


def is_text(column: "pd.Series[Any]") -> bool:
    """Whether a column holds text, named categories, intervals or Python objects rather than numbers or dates."""
    types = pd.api.types
    if isinstance(column.dtype, pd.CategoricalDtype):
        return not types.is_numeric_dtype(column.cat.categories.dtype)
    dated = types.is_datetime64_any_dtype(column.dtype) or types.is_timedelta64_dtype(column.dtype)
    return not (types.is_numeric_dtype(column.dtype) or dated or isinstance(column.dtype, pd.PeriodDtype))


def as_text(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the column as stripped strings with `None` where a value is missing.

    Works on the distinct values, so that long columns cost no more than their vocabulary.

    Raises:
        DataError: If a cell holds a list, a dictionary, an array or bytes.

    Example:
        >>> as_text(pd.Series([" a", "?", "b"])).isna().tolist()
        [False, True, False]
    """
    try:
        codes, values = pd.factorize(column)
    except TypeError as error:
        raise _nested(column) from error
    if any(isinstance(value, list | tuple | dict | set | np.ndarray | bytes) for value in values):
        raise _nested(column)
    texts = [_clean(value) for value in values]
    table = np.array([*texts, None], dtype=object)  # the last entry serves code -1: missing
    return pd.Series(table[codes], index=column.index, name=column.name, dtype=object)


def _clean(value: Any) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 2 becomes 2.0 as soon as its column has a gap; both are the category "2"
    text = str(value).strip()
    return None if text in MARKS else text


def _nested(column: "pd.Series[Any]") -> DataError:
    nested = (list, tuple, dict, set, np.ndarray, bytes)
    kind = next((type(value).__name__ for value in column if isinstance(value, nested)), "object")
    got = f"column {str(column.name)!r} holds values of type {kind}"
    return DataError(got, expected="numbers, text, dates or booleans", fix="expand it into plain columns, or drop it")
