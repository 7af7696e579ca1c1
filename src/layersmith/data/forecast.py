"""A forecast as a learning problem: windows of one series, in time order."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.content import SeriesContent
from layersmith.data.history import History, read_history
from layersmith.data.material import Material
from layersmith.data.options import ReadOptions
from layersmith.data.problem import Problem
from layersmith.data.seasons import season_of
from layersmith.data.spec import Kind, Task
from layersmith.data.tabular import split_rows
from layersmith.data.windows import choose_horizon, choose_lookback, future, window_starts
from layersmith.errors import DataError
from layersmith.records import Indices

__all__ = ["array_frame", "forecast_problem"]


def array_frame(array: NDArray[Any]) -> pd.DataFrame:
    """Return a series `(steps,)` or `(steps, channels)` as a frame, the first column named `series`.

    Raises:
        DataError: If it has more dimensions.
    """
    if array.ndim > 2:
        got = f"a forecast of x with shape {array.shape}"
        raise DataError(got, expected="one series (steps,) or (steps, channels)", fix="pass one series, not windows")
    flat = array.reshape(len(array), -1)
    return pd.DataFrame(flat, columns=["series", *(f"channel_{i}" for i in range(1, flat.shape[1]))])


def forecast_problem(material: Material, options: ReadOptions) -> Problem:
    """Cut a series into windows.

    Raises:
        DataError: If the series cannot be read, or is too short for the horizon.
    """
    frame, name = _frame_and_name(material, options)
    _check_options(options, name)
    split = split_rows(Material(x=frame), options)
    history = read_history(frame if split is None else frame.drop(columns=split[0]), name, time=options.time)
    content, notes = _windows(history, options)
    holdout, excluded = _user_holdout(None if split is None else split[1].to_numpy()[history.order], content)
    rows = len(content.starts)
    if split is not None:
        notes.append(f"holdout: the windows that start in the rows with {split[0]!r} = test")
    return Problem(
        kind=Kind.FORECAST,
        task=Task.MULTIREGRESSION,
        num_rows=rows,
        targets=future(content.values, content.starts, content.horizon),
        duplicates=np.arange(rows, dtype=np.int64),
        excluded=excluded,
        content=content,
        target_names=(name,),
        ordered=True,
        holdout=holdout,
        starts=content.starts,
        notes=(*material.notes, f"kind: forecast of {name!r}", *history.notes, *notes),
        source=material.source,
    )


def _check_options(options: ReadOptions, name: str) -> None:
    """Refuse what has no meaning for one series."""
    if options.task not in (None, Task.MULTIREGRESSION, Task.REGRESSION):
        got = f"task {options.task!r} for a forecast"
        raise DataError(got, expected="numbers to predict", fix="leave task out")
    if options.group is not None:
        fix = "pass the rows of one group, or forecast each group apart"
        raise DataError("group for a forecast", expected="one series", fix=fix)
    if options.time is not None and not isinstance(options.time, str):
        fix = "put the dates into a column or the index of a DataFrame"
        raise DataError("time as an array for a forecast", expected="the name of a column", fix=fix)
    if options.target not in (None, name):
        got = f"target {options.target!r} and forecast {name!r}"
        raise DataError(got, expected="one of them", fix="leave target out: the future of the series is the target")


def _frame_and_name(material: Material, options: ReadOptions) -> tuple[pd.DataFrame, str]:
    if material.y is not None:
        fix = "pass the series alone; its own future is the target"
        raise DataError("a forecast, and y besides", expected="one series", fix=fix)
    if not isinstance(material.x, pd.DataFrame):
        return array_frame(material.x), options.forecast or "series"
    if options.forecast is not None:
        return material.x, options.forecast
    numeric = [name for name in material.x.columns if pd.api.types.is_numeric_dtype(material.x[name].dtype)]
    if len(numeric) == 1:
        return material.x, numeric[0]
    got = f"kind 'forecast', and {len(numeric)} numeric columns"
    name = numeric[-1] if numeric else "column"
    raise DataError(got, expected="the series to forecast", fix=f"name it, for example forecast={name!r}")


def _windows(history: History, options: ReadOptions) -> tuple[SeriesContent, list[str]]:
    num_steps = len(history.values)
    series = history.values[:, 0]
    if series.min() == series.max():
        got = f"series {history.names[0]!r} is {series[0]:g} in every step"
        raise DataError(got, expected="a series that varies", fix="check which column is the series")
    season = season_of(history.frequency, series)
    horizon = options.horizon or choose_horizon(num_steps, season)
    lookback = options.lookback or choose_lookback(num_steps, season, horizon)
    starts = window_starts(num_steps, lookback, horizon)
    content = SeriesContent(
        values=history.values, names=history.names, dates=history.dates, frequency=history.frequency,
        date_column=history.date_column, season=season, lookback=lookback, horizon=horizon, starts=starts,
    )  # fmt: skip
    said = [f"season: {season} steps" if season else "season: none found"]
    said += [] if options.horizon else [f"horizon: {horizon} steps"]
    said += [] if options.lookback else [f"lookback: {lookback} steps"]
    return content, [*said, f"{len(starts)} windows from {num_steps} steps"]


def _user_holdout(test: NDArray[np.bool_] | None, content: SeriesContent) -> tuple[Indices | None, Indices]:
    """Return the windows of the user's test steps, and those before whose targets reach into them."""
    nothing: Indices = np.array([], dtype=np.int64)
    if test is None:
        return None, nothing
    first = int(np.argmax(test))
    if not test[first:].all():
        got = f"test rows from step {first} on, and train rows after them"
        raise DataError(got, expected="the last steps as test rows", fix="split a series in time")
    held = np.flatnonzero(content.starts >= first)
    reaching = np.flatnonzero((content.starts < first) & (content.starts + content.horizon > first))
    if not len(held) or len(held) + len(reaching) == len(content.starts):
        got = f"{len(test) - first} test steps of {len(test)} leave no whole window on one side"
        fix = "use a shorter horizon or lookback, or split_column=None"
        raise DataError(got, expected=f"room for windows of {content.lookback} + {content.horizon} steps", fix=fix)
    return held.astype(np.int64), reaching.astype(np.int64)
