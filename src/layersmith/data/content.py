"""The raw rows of a problem, by kind: a table, an array of images or series, one long series."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.columns import Roles
from layersmith.records import Indices

__all__ = ["ArrayContent", "Content", "SeriesContent", "TableContent"]


@dataclass(frozen=True, kw_only=True, eq=False)
class TableContent:
    """Feature columns of a table.

    Attributes:
        frame: All feature columns, dropped ones included.
        roles: What they are for.
        time_column: The column rows are ordered by, whose growing parts are no feature.
        positional: Whether the columns have no names of their own.
    """

    frame: pd.DataFrame
    roles: Roles
    time_column: str | None = None
    positional: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class ArrayContent:
    """Images `(rows, height, width, channels)` or series `(rows, steps, channels)`."""

    array: NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class SeriesContent:
    """One long series to forecast.

    Attributes:
        values: `(steps, channels)`; channel 0 is forecast.
        names: Names of the channels.
        dates: Date of each step, if there are any.
        frequency: pandas' name of the step (`MS`, `D`, `h`), or seconds as text where it is irregular; empty without
            dates.
        date_column: Where the dates came from.
        season: Steps of one season, 0 for none.
        lookback: Steps a window sees.
        horizon: Steps it predicts.
        starts: Step of each window's first target, `(windows,)`.
    """

    values: NDArray[np.float32]
    names: tuple[str, ...]
    dates: pd.DatetimeIndex | None
    frequency: str
    date_column: str | None
    season: int
    lookback: int
    horizon: int
    starts: Indices


Content = TableContent | ArrayContent | SeriesContent
