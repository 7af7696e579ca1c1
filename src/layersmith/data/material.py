"""What a source held, before anything is inferred from it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.data.arrays import check_indices
from layersmith.errors import DataError
from layersmith.records import Indices

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Material", "in_time_order", "take_rows"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Rows as they came in.

    Attributes:
        x: A frame, or an array `(rows, ...)`.
        y: Targets given apart from `x`: array, series or frame of `(rows,)` or `(rows, targets)`.
        source: Where it came from, in words.
        holdout: The user's own test rows.
        classes: Names of integer class labels, in order.
        target_names: Columns that are predicted.
        groups: Group of each row `(rows,)`.
        time: Time of each row `(rows,)`.
        time_column: Column of `x` that `time` came from.
        positional: Whether the columns of `x` have no names of their own.
        notes: What was inferred, in sentences.
        warnings: What the user should look at.
    """

    x: "pd.DataFrame | NDArray[Any]"
    y: Any = None
    source: str = "arrays"
    holdout: Indices | None = None
    classes: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    groups: Any = None
    time: Any = None
    time_column: str | None = None
    positional: bool = False
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def num_rows(self) -> int:
        """Rows it holds."""
        return len(self.x)

    def noting(self, *notes: str) -> "Material":
        """Return the same material with further notes."""
        return replace(self, notes=(*self.notes, *notes))

    def holding_out(self, rows: Any) -> "Material":
        """Return the same material with `rows` as the user's test rows."""
        return replace(self, holdout=check_indices(rows, self.num_rows, "test"))


def take_rows(values: Any, rows: Indices) -> Any:
    """Return `values[rows]` by position, for a frame, a series or an array."""
    if values is None:
        return None
    if hasattr(values, "iloc"):
        return values.iloc[rows].reset_index(drop=True)
    return np.asarray(values)[rows]


def in_time_order(material: Material) -> Material:
    """Sort all rows by `material.time`; rows of the same time keep their order.

    Raises:
        DataError: If a time is missing.
    """
    if material.time is None:
        return material
    import pandas as pd

    time = pd.Series(material.time).reset_index(drop=True)
    if time.isna().any():
        first = int(np.flatnonzero(time.isna())[0])
        got = f"{int(time.isna().sum())} rows have no time, the first is row {first}"
        raise DataError(got, expected="a time or a number in every row", fix="fill or drop those rows")
    order: Indices = np.argsort(time.to_numpy(), kind="stable").astype(np.int64)
    if np.array_equal(order, np.arange(len(order))):
        return material.noting("rows are in time order already and are split in time")
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    holdout = None if material.holdout is None else np.sort(position[material.holdout])
    moved = {name: take_rows(getattr(material, name), order) for name in ("x", "y", "groups", "time")}
    sorted_ = replace(material, holdout=holdout, **moved)
    return sorted_.noting("rows were sorted by time and are split in time")
