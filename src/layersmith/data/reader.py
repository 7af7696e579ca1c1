"""From a source to a learning problem: open it, take the target, tell what it is, note what was inferred."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from layersmith.data.arrays import check_lengths
from layersmith.data.columns import infer_roles
from layersmith.data.content import ArrayContent, Content, TableContent
from layersmith.data.disguise import disguised_columns
from layersmith.data.duplicates import duplicate_ids, twins_of
from layersmith.data.forecast import forecast_problem
from layersmith.data.kinds import Shaped, shape_array
from layersmith.data.material import Material, in_time_order
from layersmith.data.options import DEFAULTS, ReadOptions
from layersmith.data.problem import Problem
from layersmith.data.sources import open_source
from layersmith.data.spec import Kind
from layersmith.data.tabular import take_columns
from layersmith.data.target import Target, encode_target
from layersmith.errors import DataError
from layersmith.records import Indices

__all__ = ["read"]


def read(source: Any, y: Any = None, *, options: ReadOptions = DEFAULTS) -> Problem:
    """Read data, and infer what kind of learning problem it is.

    Args:
        source: Array, pandas or polars frame, path (CSV, TSV, Parquet, `.npz`, folder of images), loader of batches,
            or the name of a sample such as `sklearn:digits`.
        y: Targets `(rows,)` or `(rows, outputs)`, where they are apart from the source.
        options: What the user says about the data.

    Returns:
        The problem; its `notes` say all that was inferred.

    Raises:
        SourceNotFoundError: If a path does not exist.
        DataError: If the data cannot be learned from; the message says why, and what to do.

    Example:
        >>> problem = read("sklearn:iris")
        >>> str(problem.kind), str(problem.task), problem.classes
        ('table', 'multiclass', ('setosa', 'versicolor', 'virginica'))
    """
    material = open_source(source, y, max_bytes=options.max_bytes)
    if options.forecast is not None or options.kind == Kind.FORECAST:
        return forecast_problem(material, options)
    for name in ("horizon", "lookback"):
        if getattr(options, name) is not None:
            got = f"{name} {getattr(options, name)} without a forecast"
            raise DataError(got, expected="forecast = the series to predict", fix=f"pass forecast=..., or drop {name}")
    material = in_time_order(_arrays_beside(take_columns(material, options), options))
    shaped = _shaped(material, options)
    if material.y is None:
        raise DataError("x without targets", expected="y, one target per row", fix="pass y, or forecast= for a series")
    target = encode_target(
        material.y, num_rows=material.num_rows, task=options.task, names=material.target_names, classes=material.classes
    )
    _check_both_sides(material, target)
    return _problem(material, shaped, target, keep_constant=options.keep_constant)


def _arrays_beside(material: Material, options: ReadOptions) -> Material:
    """Attach groups and times that were given as arrays."""
    for option, field in (("group", "groups"), ("time", "time")):
        value = getattr(options, option)
        if value is None or getattr(material, field) is not None:
            continue
        if isinstance(value, str):
            got = f"{option} names a column {value!r}, but {material.source} holds no columns"
            raise DataError(got, expected=f"an array of {material.num_rows} entries", fix=f"pass {option} as an array")
        column = pd.Series(value) if np.ndim(value) == 1 else None
        if column is None:
            got = f"{option} has {np.ndim(value)} dimensions"
            raise DataError(got, expected=f"{material.num_rows} entries", fix=f"pass {option} with one entry per row")
        check_lengths(material.num_rows, len(column), option)
        beside: dict[str, Any] = {field: column}
        material = replace(material, **beside)
    return material


def _shaped(material: Material, options: ReadOptions) -> Shaped:
    if not isinstance(material.x, pd.DataFrame):
        return shape_array(material.x, options.kind)
    if options.kind in (None, Kind.TABLE):
        return Shaped(kind=Kind.TABLE, x=material.x)
    text = [name for name in material.x.columns if not pd.api.types.is_numeric_dtype(material.x[name].dtype)]
    if text or options.kind == Kind.IMAGE:
        got = f"kind {options.kind!r} for a table" + (f" with text in column {text[0]!r}" if text else "")
        raise DataError(got, expected="kind 'table'", fix="leave kind out, or pass arrays")
    return shape_array(material.x.to_numpy(dtype=np.float64, na_value=np.nan), options.kind)


def _problem(material: Material, shaped: Shaped, target: Target, *, keep_constant: bool) -> Problem:
    content, features, notes = _content(material, shaped, keep_constant=keep_constant)
    duplicates = duplicate_ids(features, target.values)
    excluded, leak = _excluded(material, duplicates)
    warnings = (*material.warnings, *_disguises(content, target), *leak)
    copies = material.num_rows - len(np.unique(duplicates))
    if copies:
        notes.append(f"rows that repeat another row: {copies}; copies stay on one side of every split")
    return Problem(
        kind=shaped.kind,
        task=target.task,
        num_rows=material.num_rows,
        targets=target.values,
        labels=target.labels,
        classes=target.classes,
        target_names=target.names,
        label_type=target.label_type,
        groups=_group_ids(material),
        duplicates=duplicates,
        ordered=material.time is not None,
        holdout=material.holdout,
        excluded=excluded,
        content=content,
        notes=(*material.notes, *shaped.notes, *notes, *target.notes),
        warnings=warnings,
        source=material.source,
    )


def _excluded(material: Material, duplicates: Indices) -> tuple[Indices, list[str]]:
    """Return the train rows that are identical to one of the user's own test rows, and a warning."""
    if material.holdout is None:
        return np.array([], dtype=np.int64), []
    excluded = twins_of(duplicates, material.holdout)
    warning = f"train rows identical to a holdout row, and so not trained on: {len(excluded)}"
    return excluded, [warning] if len(excluded) else []


def _content(material: Material, shaped: Shaped, *, keep_constant: bool) -> tuple[Content, Any, list[str]]:
    """Return the raw rows, the part of them that duplicates are judged by, and notes."""
    if shaped.kind is not Kind.TABLE:
        return ArrayContent(array=shaped.x), shaped.x, []
    frame: pd.DataFrame = shaped.x
    seen = frame if material.holdout is None else frame.drop(index=frame.index[material.holdout])
    roles = infer_roles(seen, keep_constant=keep_constant)
    positional = material.positional or not isinstance(material.x, pd.DataFrame)
    content = TableContent(frame=frame, roles=roles, time_column=material.time_column, positional=positional)
    counts = (("numeric", roles.numeric), ("categorical", roles.categorical), ("date", roles.dates))
    said = ", ".join(f"{len(names)} {role}" for role, names in counts if names)
    return content, frame[list(roles.used)], [f"features: {said}", *roles.notes]


def _disguises(content: Content, target: Target) -> list[str]:
    if not isinstance(content, TableContent) or target.values.ndim > 1:
        return []
    classes = target.labels is not None
    found = disguised_columns(content.frame, content.roles, target.values, classes=classes)
    return [f"column {name!r} alone determines the target: drop it if it is not known beforehand" for name in found]


def _group_ids(material: Material) -> Indices | None:
    """Number the groups; a missing group is a group of its own row."""
    if material.groups is None:
        return None
    codes, _ = pd.factorize(pd.Series(material.groups))
    ids: Indices = codes.astype(np.int64)
    alone = np.flatnonzero(ids < 0)
    ids[alone] = ids.max() + 1 + np.arange(len(alone))
    return ids


def _check_both_sides(material: Material, target: Target) -> None:
    """A class that is only in the holdout cannot be learned."""
    if material.holdout is None:
        return
    trained = np.setdiff1d(np.arange(material.num_rows), material.holdout)
    if not len(trained):
        got = "every row is a test row"
        raise DataError(got, expected="train rows besides the test rows", fix="leave some rows for training")
    if target.labels is None:
        return
    unseen = np.setdiff1d(target.labels[material.holdout], target.labels[trained])
    if len(unseen):
        got = f"class {target.classes[int(unseen[0])]!r} is in the test rows only"
        raise DataError(got, expected="every class among the train rows", fix="split again, stratified by class")
