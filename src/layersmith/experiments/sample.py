"""The rows of an experiment: features as the user gave them, encoded targets, and what ties rows together.

Arrays, dictionaries of arrays and frames of numbers reach the model as they are. Paths, and frames with text, dates or
gaps, are read and encoded as a search does it; vocabularies are learned anew from each fold's training rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.arrays import check_finite, check_lengths, to_array
from layersmith.data.content import ArrayContent, SeriesContent, TableContent
from layersmith.data.dataset import encode
from layersmith.data.duplicates import duplicate_ids
from layersmith.data.options import ReadOptions
from layersmith.data.problem import Problem
from layersmith.data.reader import read
from layersmith.data.sources import plain_frame
from layersmith.data.spec import Task
from layersmith.data.target import Target, encode_target
from layersmith.errors import DataError
from layersmith.records import Indices

__all__ = ["Features", "Sample", "read_sample"]

Features: TypeAlias = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Rows to learn from and to be judged on.

    Attributes:
        task: What is predicted.
        targets: Encoded targets `(rows, ...)`, as `DataSpec` says.
        num_outputs: Classes, labels or targets; 1 for binary targets and regression.
        rows: Numbers of the rows that take part, ascending; the user's own test rows do not.
        duplicates: `(rows,)`; copies of a row share an id.
        labels: Class codes to stratify by, or None.
        classes: Their names.
        groups: The user's groups, or None.
        ordered: Whether rows are in time order.
        raw: What a preprocessing step is fitted on, a frame or an array; None where there are several arrays.
        features: From the rows that may be looked at to the features of all rows by input name.
    """

    task: Task
    targets: NDArray[Any]
    num_outputs: int
    rows: Indices
    duplicates: Indices
    labels: NDArray[np.int32] | None
    classes: tuple[str, ...]
    groups: Indices | None
    ordered: bool
    raw: Any
    features: Callable[[Indices], Features]

    @property
    def imbalance(self) -> float:
        """Share of the rarest class; 0 where there are none."""
        if self.labels is None:
            return 0.0
        return float(np.bincount(self.labels[self.rows], minlength=len(self.classes)).min() / len(self.rows))


def read_sample(
    x: Any,
    y: Any = None,
    *,
    target: str | None = None,
    task: str | None = None,
    groups: Any = None,
    time_ordered: bool = False,
) -> Sample:
    """Return the rows of an experiment.

    Args:
        x: An array or a dictionary of arrays by input name, `(rows, ...)`; a frame, a path, `sklearn:digits` and its
            like.
        y: Targets `(rows,)` or `(rows, outputs)`, where they are apart.
        target: Column to predict, where `x` has columns.
        task: `binary`, `multiclass`, `multilabel`, `regression` or `multiregression`; inferred unless given.
        groups: Group of each row `(rows,)`, or the column that has it.
        time_ordered: Whether rows stand in time order.

    Raises:
        DataError: If the data cannot be learned from.

    Example:
        >>> sample = read_sample(np.arange(8.0).reshape(4, 2), ["a", "b", "a", "b"])
        >>> str(sample.task), sample.targets.tolist(), list(sample.features(sample.rows))
        ('binary', [0, 1, 0, 1], ['x'])
    """
    ReadOptions(target=target, task=task)  # what is wrong with them is noticed for arrays too
    plain = _as_arrays(x, y, target, groups)
    if plain is None:
        options = ReadOptions(target=target, task=task, group=groups)
        return _from_problem(read(x, y, options=options), time_ordered=time_ordered)
    return _from_arrays(plain, task=task, groups=groups, time_ordered=time_ordered)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Arrays:
    """What reaches a model as it is: arrays by input name, targets, and what preprocessing is fitted on."""

    x: Features
    y: Any
    raw: Any


def _as_arrays(x: Any, y: Any, target: str | None, groups: Any) -> _Arrays | None:
    """Return arrays that reach a model as they are; None where the source must be read."""
    if isinstance(x, dict):
        arrays = {str(name): to_array(values, f"x[{name!r}]") for name, values in x.items()}
        return _Arrays(x=arrays, y=y, raw=next(iter(arrays.values())) if len(arrays) == 1 else None)
    if isinstance(x, pd.DataFrame):
        return _frame_as_arrays(plain_frame(x), y, target, groups)
    if hasattr(x, "__array__") and not isinstance(x, pd.Series):
        array = to_array(x, "x")
        return _Arrays(x={"x": array}, y=y, raw=array)
    return None


def _frame_as_arrays(frame: pd.DataFrame, y: Any, target: str | None, groups: Any) -> _Arrays | None:
    if y is None and target in frame.columns:
        y, frame = frame[target], frame.drop(columns=[str(target)])
    if y is None or isinstance(groups, str) or not _is_numbers(frame):
        return None
    return _Arrays(x={"x": frame.to_numpy()}, y=y, raw=frame)


def _is_numbers(frame: pd.DataFrame) -> bool:
    kinds = {dtype.kind for dtype in frame.dtypes if isinstance(dtype, np.dtype)}
    return all(isinstance(dtype, np.dtype) for dtype in frame.dtypes) and kinds <= set("biuf")


def _from_arrays(given: _Arrays, *, task: str | None, groups: Any, time_ordered: bool) -> Sample:
    if not given.x:
        raise DataError("x is a dictionary without arrays", expected="an array per input", fix="pass x by input name")
    if given.y is None:
        raise DataError("x without targets", expected="y, one target per row", fix="pass y, or target= for a frame")
    num_rows = len(next(iter(given.x.values())))
    for name, values in given.x.items():
        check_lengths(num_rows, len(values), f"x[{name!r}]")
    x = {name: _number_array(values, name) for name, values in given.x.items()}
    target = encode_target(given.y, num_rows=num_rows, task=task)
    flat = np.concatenate([values.reshape(num_rows, -1) for values in x.values()], axis=1)
    return Sample(
        task=target.task,
        targets=target.values,
        num_outputs=_num_outputs(target),
        rows=np.arange(num_rows),
        duplicates=duplicate_ids(flat, target.values),
        labels=target.labels,
        classes=target.classes,
        groups=_codes(groups, num_rows),
        ordered=time_ordered,
        raw=given.raw,
        features=lambda rows: x,
    )


def _num_outputs(target: Target) -> int:
    if target.task is Task.MULTICLASS:
        return len(target.classes)
    return 1 if target.values.ndim == 1 else int(target.values.shape[1])


def _number_array(values: NDArray[Any], name: str) -> NDArray[Any]:
    """Return an array in a dtype that models take: 8-bit and 32-bit integers stay, the rest becomes float32."""
    if values.dtype.kind not in "biuf":
        got = f"{name} holds {values.dtype}"
        raise DataError(got, expected="numbers", fix="encode it as numbers, or pass a DataFrame")
    check_finite(values, name)
    return values if values.dtype in (np.uint8, np.int32) else values.astype(np.float32)


def _codes(groups: Any, num_rows: int) -> Indices | None:
    if groups is None:
        return None
    if isinstance(groups, str):
        got = f"groups names a column {groups!r}, but x has no columns"
        raise DataError(got, expected=f"an array of {num_rows} entries", fix="pass groups as an array")
    check_lengths(num_rows, len(groups), "groups")
    codes: Indices = pd.factorize(np.asarray(groups), use_na_sentinel=False)[0].astype(np.int64)
    return codes


def _from_problem(problem: Problem, *, time_ordered: bool) -> Sample:
    taken = problem.excluded if problem.holdout is None else np.union1d(problem.holdout, problem.excluded)
    rows = np.setdiff1d(np.arange(problem.num_rows), taken)
    whole = encode(problem, rows)
    return Sample(
        task=problem.task,
        targets=problem.targets,
        num_outputs=whole.spec.num_outputs,
        rows=rows,
        duplicates=problem.duplicates,
        labels=problem.labels,
        classes=problem.classes,
        groups=problem.groups,
        ordered=time_ordered or problem.ordered,
        raw=_raw(problem),
        features=(lambda rows: encode(problem, rows).x) if _learns(problem) else (lambda rows: whole.x),
    )


def _learns(problem: Problem) -> bool:
    """Whether encoding learns something from rows: vocabularies of text, parts of dates."""
    content = problem.content
    return isinstance(content, TableContent) and bool(content.roles.categorical or content.roles.dates)


def _raw(problem: Problem) -> Any:
    content = problem.content
    if isinstance(content, ArrayContent):
        return content.array
    if isinstance(content, SeriesContent):
        raise DataError(
            "a series to forecast", expected="a table, images or series", fix="cut it into windows, and pass them as x"
        )
    return content.frame[list(content.roles.used)]
