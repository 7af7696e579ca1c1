"""What the data is: its kind, its task, and the arrays a model takes and gives.

A `DataSpec` is all that `families` needs to build a model; it holds no rows.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["DataSpec", "Kind", "Task"]


class Kind(StrEnum):
    """What one row looks like."""

    TABLE = "table"
    IMAGE = "image"
    SERIES = "series"
    FORECAST = "forecast"


class Task(StrEnum):
    """What is predicted from one row."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    MULTILABEL = "multilabel"
    REGRESSION = "regression"
    MULTIREGRESSION = "multiregression"

    @property
    def is_classification(self) -> bool:
        """Whether targets are classes or labels."""
        return self in (Task.BINARY, Task.MULTICLASS, Task.MULTILABEL)


@dataclass(frozen=True, kw_only=True)
class DataSpec:
    """The shape of a learning problem.

    Raw model inputs, by kind (`x` of a `Dataset`, keys in this order):

    - table: `"numeric"` `(rows, num_numeric)` float32 with NaN where missing, if `num_numeric > 0`;
      `"categorical"` `(rows, num_categorical)` int32 codes into one shared vocabulary, if `num_categorical > 0`.
    - image: `"image"` `(rows, height, width, channels)` float32 or uint8.
    - series: `"series"` `(rows, steps, channels)` float32.
    - forecast: `"series"` `(rows, lookback, channels)` float32; channel 0 is the series to forecast.

    Targets `y`: binary `(rows,)` int32 of 0 and 1; multiclass `(rows,)` int32; multilabel `(rows, num_outputs)` float32
    of 0 and 1; regression `(rows,)` float32; multi-output regression `(rows, num_outputs)` float32;
    forecast `(rows, horizon)` float32 (the task is then `multiregression`).

    Attributes:
        kind: What one row looks like.
        task: What is predicted.
        shape: Shape of one row of `"image"` or `"series"`; empty for a table.
        num_outputs: Units of the output layer: 1 for binary and regression, else the number of classes, labels,
            targets or steps ahead.
        num_rows: Rows the search may use, the holdout left out.
        num_numeric: Numeric columns of a table.
        num_categorical: Categorical columns of a table.
        vocabulary: Entries of the shared table of category codes, unknown and missing entries included.
        missing: Indices of the numeric columns that hold missing values: these get an indicator.
        pixel_range: Largest pixel value an image may hold (255 for 8-bit), for `Rescaling`.
        classes: Class or label names, in code order; target names for multi-output regression.
        positive: Whether every value of a forecast's channels is above zero, so that logarithms exist.
        imbalance: Share of the rarest class among the rows, 0.5 for a balanced binary target; 0 for regression.
    """

    kind: Kind
    task: Task
    num_outputs: int
    num_rows: int
    shape: tuple[int, ...] = ()
    num_numeric: int = 0
    num_categorical: int = 0
    vocabulary: int = 0
    missing: tuple[int, ...] = ()
    pixel_range: float = 1.0
    classes: tuple[str, ...] = ()
    positive: bool = False
    imbalance: float = 0.0
