"""What is predicted: the task, the encoded targets, and the way back to the user's own words."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.arrays import check_finite, check_lengths, to_array
from layersmith.data.missing import as_text, is_text
from layersmith.data.spec import Task
from layersmith.errors import DataError

__all__ = ["Target", "encode_target"]

_MAX_CLASSES = 20
_FEW_NAMES = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """Encoded targets.

    Attributes:
        task: What is predicted.
        values: Targets as `DataSpec` says, `(rows,)` or `(rows, outputs)`.
        classes: Class or label names in code order; target names for multi-output regression.
        names: Columns that are predicted.
        label_type: What the classes were: `text`, `integer`, `float` or `boolean`.
        labels: Class codes `(rows,)` to stratify by, or `None`.
        notes: What was inferred.
    """

    task: Task
    values: NDArray[Any]
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ("target",)
    label_type: str = "text"
    labels: NDArray[np.int32] | None = None
    notes: tuple[str, ...] = ()


def encode_target(
    y: Any, *, num_rows: int, task: str | None = None, names: tuple[str, ...] = (), classes: tuple[str, ...] = ()
) -> Target:
    """Infer the task from the targets, and encode them.

    Text, booleans and categories are classes. Whole numbers are classes if there are at most 20 different ones and no
    more than the square root of the rows (never fewer than two); other numbers are a regression, except floats that
    are only 0 and 1. Several columns of 0 and 1 are one-hot classes if each row has exactly one 1, else labels;
    several columns of other numbers are a multi-output regression.

    Args:
        y: Targets `(rows,)` or `(rows, outputs)`.
        num_rows: Rows of x.
        task: Overrules the inference.
        names: Names of the targets.
        classes: Names of integer class labels, in order.

    Raises:
        DataError: If the targets cannot be learned from, or do not suit `task`.

    Example:
        >>> target = encode_target(["no", "yes", "no", "yes"], num_rows=4)
        >>> str(target.task), target.values.tolist(), target.classes
        ('binary', [0, 1, 0, 1], ('no', 'yes'))
    """
    columns, names = _columns(y, names)
    check_lengths(num_rows, len(columns[0]))
    for column, name in zip(columns, names, strict=True):
        _check_known(column, name)
    if len(columns) == 1:
        return _single(columns[0], names, task, classes)
    return _several(columns, names, task, classes)


def _columns(y: Any, names: tuple[str, ...]) -> tuple[list["pd.Series[Any]"], tuple[str, ...]]:
    if isinstance(y, pd.DataFrame):
        return [y.iloc[:, i].reset_index(drop=True) for i in range(y.shape[1])], names or tuple(map(str, y.columns))
    if isinstance(y, pd.Series):
        return [y.reset_index(drop=True)], names or (str(y.name) if y.name is not None else "target",)
    array = to_array(y, "y")
    if array.ndim > 2:
        fix = "pass class numbers (rows,) or one column per output (rows, outputs)"
        raise DataError(f"y has shape {array.shape}", expected="one or two dimensions", fix=fix)
    if array.ndim == 1 or array.shape[1] == 1:
        return [pd.Series(array.reshape(-1))], names or ("target",)
    several = tuple(f"target_{i}" for i in range(array.shape[1]))
    return [pd.Series(array[:, i]) for i in range(array.shape[1])], names if len(names) == len(several) else several


def _check_known(column: "pd.Series[Any]", name: str) -> None:
    if pd.api.types.is_complex_dtype(column.dtype):
        raise DataError(f"target {name!r} holds complex numbers", expected="real numbers or classes", fix="split it")
    missing = (as_text(column) if is_text(column) else column).isna()
    if missing.any():
        first = int(np.flatnonzero(missing)[0])
        got = f"target {name!r} is missing in {int(missing.sum())} row(s), the first is row {first}"
        raise DataError(got, expected="a target in every row", fix="drop those rows, or fill them in")
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        fix = "predict a number of days instead, or name the series to forecast with forecast="
        raise DataError(f"target {name!r} holds dates", expected="numbers or classes", fix=fix)
    if not is_text(column) and not isinstance(column.dtype, pd.CategoricalDtype):
        check_finite(column.to_numpy(), f"target {name!r}")


def _single(column: "pd.Series[Any]", names: tuple[str, ...], task: str | None, classes: tuple[str, ...]) -> Target:
    if task in (Task.MULTILABEL, Task.MULTIREGRESSION):
        fix = "name several target columns, or leave task out"
        raise DataError(f"task {task!r} with one target {names[0]!r}", expected="two or more targets", fix=fix)
    column = _parsed(column)
    reason = _why_classes(column) if task is None else ""
    if task == Task.REGRESSION or (task is None and not reason):
        return _regression(column, names, inferred=task is None)
    return _classes(column, names, task, classes, reason)


def _parsed(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Text that reads as numbers is numbers; categories of numbers stay classes."""
    if not is_text(column) or isinstance(column.dtype, pd.CategoricalDtype):
        return column
    text = as_text(column)
    if set(text.unique()) <= {"True", "False", "true", "false"}:
        return text.str.lower() == "true"
    numeric = pd.to_numeric(text, errors="coerce")
    return numeric if bool(numeric.notna().all()) else text


def _why_classes(column: "pd.Series[Any]") -> str:
    """Say why a target holds classes; empty where it holds amounts."""
    if is_text(column):
        return "holds text"
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "holds categories"
    if pd.api.types.is_bool_dtype(column.dtype):
        return "holds True and False"
    distinct = int(column.nunique())
    if pd.api.types.is_float_dtype(column.dtype):
        return "holds only 0 and 1" if set(column.unique()) == {0.0, 1.0} else ""
    few = min(_MAX_CLASSES, max(2, int(len(column) ** 0.5)))
    if distinct > few:
        return ""
    return "holds two values" if distinct == 2 else f"holds {distinct} different whole numbers"


def _regression(column: "pd.Series[Any]", names: tuple[str, ...], *, inferred: bool) -> Target:
    values = _amounts(column, names[0])
    note = (f"task: regression, because {names[0]!r} holds {column.nunique()} different numbers",) if inferred else ()
    return Target(task=Task.REGRESSION, values=values, names=names, notes=note)


def _amounts(column: "pd.Series[Any]", name: str) -> NDArray[np.float32]:
    if is_text(column) or isinstance(column.dtype, pd.CategoricalDtype):
        got = f"regression on target {name!r}, which holds text such as {str(column.iloc[0])!r}"
        raise DataError(got, expected="numbers", fix="use task='multiclass', or turn the text into numbers")
    values = column.to_numpy(dtype=np.float32)
    if values.min() == values.max():
        got = f"target {name!r} is {values[0]:g} in every row"
        raise DataError(got, expected="a target that varies", fix="check which column is the target")
    return values


def _classes(
    column: "pd.Series[Any]", names: tuple[str, ...], task: str | None, classes: tuple[str, ...], reason: str
) -> Target:
    codes, values = pd.factorize(column, sort=True)
    counts = np.bincount(codes, minlength=len(values))
    _check_classes(list(values), counts, names[0])
    found = Task.BINARY if len(values) == 2 else Task.MULTICLASS
    if task == Task.BINARY and found is not Task.BINARY:
        got = f"task 'binary', but target {names[0]!r} has {len(values)} classes"
        raise DataError(got, expected="two classes", fix="use task='multiclass', or leave task out")
    labels = codes.astype(np.int32)
    notes = [f"task: {_in_words(found)} classification, because {names[0]!r} {reason}"] if reason else []
    shown, kind = _names_of(list(values), column, classes)
    if counts.min() < len(column) * min(0.1, 0.5 / len(values)):
        rarest, share = shown[int(counts.argmin())], counts.min() / len(column)
        notes.append(f"classes are imbalanced: {rarest!r} has {share:.1%} of the rows")
    chosen = Task(task) if task else found
    return Target(
        task=chosen, values=labels, classes=shown, names=names, label_type=kind, labels=labels, notes=tuple(notes)
    )


def _in_words(task: Task) -> str:
    return "binary" if task is Task.BINARY else "multi-class"


def _check_classes(values: list[Any], counts: NDArray[Any], name: str) -> None:
    if len(values) == 1:
        got = f"target {name!r} has one class only: {str(values[0])!r}"
        raise DataError(got, expected="two classes or more", fix="check which column is the target, or add other rows")
    single = [str(value) for value, count in zip(values, counts, strict=True) if count == 1]
    if single:
        listed = ", ".join(repr(value) for value in single[:_FEW_NAMES]) + (", ..." if len(single) > _FEW_NAMES else "")
        got = f"target {name!r} has {len(single)} class(es) with one row: {listed}"
        fix = "drop or merge those rows; for amounts make the target numeric or use task='regression'"
        raise DataError(got, expected="at least two rows per class", fix=fix)


def _names_of(values: list[Any], column: "pd.Series[Any]", classes: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return class names in code order, and what they were."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return tuple(str(bool(value)) for value in values), "boolean"
    whole = all(isinstance(value, int | float | np.number) and float(value).is_integer() for value in values)
    if not whole:
        numeric = all(isinstance(value, float | np.floating) for value in values)
        return tuple(str(value) for value in values), "float" if numeric else "text"
    integers = [int(value) for value in values]
    if not classes:
        return tuple(str(value) for value in integers), "integer"
    if min(integers) < 0 or max(integers) >= len(classes):
        outside = next(value for value in integers if not 0 <= value < len(classes))
        got = f"label {outside} has no name among {len(classes)} classes"
        raise DataError(got, expected=f"labels from 0 to {len(classes) - 1}", fix="name every class, in order")
    return tuple(classes[value] for value in integers), "text"


def _several(
    columns: list["pd.Series[Any]"], names: tuple[str, ...], task: str | None, classes: tuple[str, ...]
) -> Target:
    bad = next((name for column, name in zip(columns, names, strict=True) if is_text(_parsed(column))), None)
    if bad is not None:
        got = f"several targets, and {bad!r} holds text"
        raise DataError(got, expected="columns of 0 and 1, or of numbers", fix="predict one class column at a time")
    matrix = np.column_stack([_parsed(column).to_numpy(dtype=np.float64) for column in columns])
    binary = bool(np.isin(matrix, (0.0, 1.0)).all())
    one_hot = binary and bool((matrix.sum(axis=1) == 1).all())
    if task == Task.MULTIREGRESSION or (task is None and not binary):
        return _multiregression(matrix, names, inferred=task is None)
    if task == Task.REGRESSION:
        got = f"task 'regression' with {len(names)} targets"
        raise DataError(got, expected="one target", fix="use task='multiregression', or name one target")
    if not binary:
        got = f"task {task!r}, but the {len(names)} targets hold other values than 0 and 1"
        raise DataError(got, expected="columns of 0 and 1", fix="use task='multiregression', or pass 0 and 1")
    if task == Task.MULTILABEL or (task is None and not one_hot):
        return _multilabel(matrix, classes or names, names, inferred=task is None)
    return _one_hot(matrix, one_hot=one_hot, task=task, classes=classes or _one_hot_names(names))


def _one_hot_names(names: tuple[str, ...]) -> tuple[str, ...]:
    unnamed = names == tuple(f"target_{i}" for i in range(len(names)))
    return tuple(str(i) for i in range(len(names))) if unnamed else names


def _one_hot(matrix: NDArray[Any], *, one_hot: bool, task: str | None, classes: tuple[str, ...]) -> Target:
    if not one_hot:
        row = int(np.flatnonzero(matrix.sum(axis=1) != 1)[0])
        got = f"task {task!r}, but row {row} has {int(matrix[row].sum())} ones"
        raise DataError(got, expected="one-hot rows with exactly one 1", fix="use task='multilabel'")
    labels = pd.Series(matrix.argmax(axis=1))
    return _classes(labels, ("target",), task, classes, "" if task else "is one-hot: each row has exactly one 1")


def _multilabel(matrix: NDArray[Any], classes: tuple[str, ...], names: tuple[str, ...], *, inferred: bool) -> Target:
    constant = [name for name, share in zip(classes, matrix.mean(axis=0), strict=True) if share in (0.0, 1.0)]
    if constant:
        got = f"label {constant[0]!r} is the same in every row"
        raise DataError(got, expected="labels that vary", fix="drop that column from y")
    why = f"task: multi-label classification, because the {len(names)} targets hold 0 and 1, several per row"
    notes = (why,) if inferred else ()
    values = matrix.astype(np.float32)
    return Target(task=Task.MULTILABEL, values=values, classes=classes, names=names, notes=notes)


def _multiregression(matrix: NDArray[Any], names: tuple[str, ...], *, inferred: bool) -> Target:
    notes = (f"task: regression of {len(names)} targets, because they hold numbers",) if inferred else ()
    values = matrix.astype(np.float32)
    return Target(task=Task.MULTIREGRESSION, values=values, classes=names, names=names, notes=notes)
