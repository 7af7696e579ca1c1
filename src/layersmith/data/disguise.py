"""The target in disguise: a feature that alone gives the answer away."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.columns import Roles, numbers

__all__ = ["disguised_columns"]

_CORRELATION = 0.9999


def disguised_columns(frame: pd.DataFrame, roles: Roles, y: NDArray[Any], *, classes: bool) -> tuple[str, ...]:
    """Return the feature columns that alone determine the target.

    For classes: columns in one-to-one correspondence with them. For amounts: numeric columns whose correlation with
    the target is above 0.9999 in absolute value.

    Args:
        frame: Feature columns.
        roles: What the columns are for.
        y: Targets `(rows,)`.
        classes: Whether `y` holds class codes.

    Example:
        >>> frame = pd.DataFrame({"age": [1, 2, 3, 4], "copy": ["n", "y", "n", "y"]})
        >>> roles = Roles(numeric=("age",), categorical=("copy",), dates=())
        >>> disguised_columns(frame, roles, np.array([0, 1, 0, 1]), classes=True)
        ('copy',)
    """
    if classes:
        return tuple(name for name in (*roles.numeric, *roles.categorical) if _one_to_one(frame[name], y))
    return tuple(name for name in roles.numeric if _correlated(numbers(frame[name]), y))


def _one_to_one(column: "pd.Series[Any]", codes: NDArray[Any]) -> bool:
    values, distinct = pd.factorize(column, use_na_sentinel=False)
    num_classes = int(codes.max()) + 1
    if len(distinct) != num_classes:
        return False
    return len(np.unique(values.astype(np.int64) * num_classes + codes)) == num_classes


def _correlated(values: NDArray[np.float64], y: NDArray[Any]) -> bool:
    known = ~np.isnan(values)
    if int(known.sum()) < 3:
        return False
    left, right = values[known], y[known].astype(np.float64)
    left, right = left - left.mean(), right - right.mean()
    scale = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return scale > 0 and abs(float((left * right).sum())) / scale > _CORRELATION
