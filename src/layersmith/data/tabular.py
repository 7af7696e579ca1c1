"""Columns of a frame that are no features: the target, the user's split, groups and time."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from layersmith.data.dates import parse_dates
from layersmith.data.material import Material
from layersmith.data.missing import as_text
from layersmith.data.options import ReadOptions
from layersmith.errors import DataError, nearest

__all__ = ["split_rows", "take_columns"]

_SPLIT_NAMES = ("split", "fold", "subset")
_TRAIN = frozenset({"train", "training"})
_VALIDATION = frozenset({"val", "valid", "validation"})
_LIKELY_TARGETS = ("target", "label", "class", "y", "outcome")


def take_columns(material: Material, options: ReadOptions) -> Material:
    """Take target, split, group and time columns out of a frame.

    Raises:
        DataError: If a column that was named does not exist, no target is named, or no feature is left.
    """
    if not isinstance(material.x, pd.DataFrame):
        return material
    material = replace(material, x=material.x.reset_index(drop=True))
    for step in (_take_split, _take_target, _take_group, _take_time):
        material = step(material, options)
    if not material.x.shape[1]:
        got = "no feature column is left besides the target"
        raise DataError(got, expected="a target and at least one other column", fix="add feature columns")
    return material


def split_rows(material: Material, options: ReadOptions) -> tuple[str, "pd.Series[Any]"] | None:
    """Return the name of the split column and a mask of the user's test rows, or `None`.

    Raises:
        DataError: If the column that was named does not exist, or has no test rows.
    """
    frame: Any = material.x
    name = options.split_column
    if name is None:
        return None
    if name != "auto":
        parts = _parts(_column(frame, name, "split column"))
        return name, _test_mask(parts, name)
    for column in frame.columns:
        if column.casefold() not in _SPLIT_NAMES or column in _targets(options):
            continue
        parts = _parts(frame[column])
        values = set(parts.unique())
        if values <= {"train", "test", *_VALIDATION} and {"train", "test"} <= values:
            return column, parts == "test"
    return None


def _parts(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return as_text(column).fillna("missing").str.casefold()


def _test_mask(parts: "pd.Series[Any]", name: str) -> "pd.Series[Any]":
    values = set(parts.unique())
    if "test" not in values or not values & _TRAIN or not values <= {"test", *_TRAIN, *_VALIDATION}:
        found = ", ".join(repr(value) for value in sorted(values)[:6])
        got = f"split column {name!r} holds {found}"
        missing = "it names no test rows; " if "test" not in values else ""
        fix = f"{missing}rename its values, or pass split_column=None"
        raise DataError(got, expected="'train' and 'test' (and 'val')", fix=fix)
    return parts == "test"


def _take_split(material: Material, options: ReadOptions) -> Material:
    found = split_rows(material, options)
    if found is None:
        return material
    name, test = found
    frame: Any = material.x
    others = set(_parts(frame[name])) & _VALIDATION
    joined = f"; its {sorted(others)[0]!r} rows join the train rows" if others else ""
    note = f"holdout: the {int(test.sum())} rows with {name!r} = test{joined}"
    return replace(material, x=frame.drop(columns=name)).holding_out(np.flatnonzero(test)).noting(note)


def _targets(options: ReadOptions) -> list[str]:
    if options.target is None:
        return []
    return [options.target] if isinstance(options.target, str) else [str(name) for name in options.target]


def _take_target(material: Material, options: ReadOptions) -> Material:
    frame: Any = material.x
    names = _targets(options)
    if material.y is not None:
        if names and names != list(material.target_names):
            got = f"target {names[0]!r} was named, and y was given besides"
            raise DataError(got, expected="the target from one place", fix="leave target or y out")
        return material
    if not names:
        raise _no_target(frame)
    columns = [_column(frame, name, "target") for name in names]
    if frame.shape[1] == len(names):
        got = f"{material.source} holds no column besides the target {names[0]!r}"
        raise DataError(got, expected="a target and at least one other column", fix="add feature columns")
    y = columns[0] if len(names) == 1 else frame[names]
    return replace(material, x=frame.drop(columns=names), y=y, target_names=tuple(names))


def _no_target(frame: pd.DataFrame) -> DataError:
    likely = next((name for name in frame.columns if name.casefold() in _LIKELY_TARGETS), frame.columns[-1])
    listed = ", ".join(frame.columns[:12]) + (", ..." if frame.shape[1] > 12 else "")
    got = "no target is named"
    return DataError(got, expected=f"target = one of: {listed}", fix=f"pass target={likely!r} if that is the one, or y")


def _column(frame: pd.DataFrame, name: Any, what: str) -> "pd.Series[Any]":
    if isinstance(name, str) and name in frame.columns:
        return frame[name]
    close = nearest(str(name), frame.columns)
    listed = ", ".join(frame.columns[:30]) + (", ..." if frame.shape[1] > 30 else "")
    fix = f"use {close!r}" if close else f"name a column from that list as {what}"
    raise DataError(f"there is no column {name!r} ({what})", expected=f"one of: {listed}", fix=fix)


def _take_group(material: Material, options: ReadOptions) -> Material:
    if not isinstance(options.group, str):
        return material
    frame: Any = material.x
    groups = _column(frame, options.group, "group column")
    note = f"rows of one {options.group!r} stay together: {groups.nunique()} groups; the column is no feature"
    return replace(material, x=frame.drop(columns=options.group), groups=groups).noting(note)


def _take_time(material: Material, options: ReadOptions) -> Material:
    """The time column stays: what repeats in it (month, weekday, hour) is a feature."""
    if not isinstance(options.time, str):
        return material
    frame: Any = material.x
    column = _column(frame, options.time, "time column")
    dates = parse_dates(column)
    if dates is not None:
        return replace(material, time=dates, time_column=options.time)
    if not pd.api.types.is_numeric_dtype(column.dtype):
        got = f"time column {options.time!r} holds {str(column.iloc[0])!r}, neither a date nor a number"
        raise DataError(
            got, expected="ISO dates such as 2024-03-01, or numbers", fix="convert it with pandas.to_datetime"
        )
    note = f"{options.time!r} puts the rows in order; it is no feature"
    return replace(material, x=frame.drop(columns=options.time), time=column).noting(note)
