"""Encoded rows: the arrays a model takes, fitted on the rows the search may use."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.data.array_map import ArrayMap, pixel_range
from layersmith.data.arrays import check_indices
from layersmith.data.content import ArrayContent, SeriesContent, TableContent
from layersmith.data.decode import OutputMap
from layersmith.data.preprocess import Preprocess
from layersmith.data.problem import Problem
from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.data.table_map import TableMap, fit_table
from layersmith.data.window_map import WindowMap
from layersmith.data.windows import past
from layersmith.records import Indices

__all__ = ["Dataset", "encode"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """All rows of a problem as arrays.

    Attributes:
        spec: Shapes of inputs and outputs.
        x: Model inputs by name, each `(rows, ...)`.
        y: Targets, as `spec` says.
        preprocess: What was fitted, to transform new rows and decode outputs.
    """

    spec: DataSpec
    x: dict[str, NDArray[Any]]
    y: NDArray[Any]
    preprocess: Preprocess


def encode(problem: Problem, rows: Indices) -> Dataset:
    """Fit vocabularies, date parts and ranges on `rows`, and transform all rows with them.

    Args:
        problem: What `read` gave.
        rows: Rows the search may use; no other row is looked at while fitting.

    Raises:
        DataError: If `rows` are out of range.

    Example:
        >>> from layersmith.data import read
        >>> dataset = encode(read("sklearn:iris"), np.arange(100))
        >>> dataset.spec.num_numeric, dataset.x["numeric"].shape
        (4, (150, 4))
    """
    rows = check_indices(rows, problem.num_rows, "rows")
    inputs, x = _fit(problem, rows)
    spec = _spec(problem, inputs, x, rows)
    outputs = OutputMap(
        task=problem.task,
        num_outputs=spec.num_outputs,
        classes=problem.classes,
        names=problem.target_names,
        label_type=problem.label_type,
    )
    preprocess = Preprocess(spec=spec, inputs=inputs, outputs=outputs)
    return Dataset(spec=spec, x=x, y=problem.targets, preprocess=preprocess)


def _fit(problem: Problem, rows: Indices) -> tuple[TableMap | ArrayMap | WindowMap, dict[str, NDArray[Any]]]:
    content = problem.content
    if isinstance(content, TableContent):
        table = fit_table(content, rows)
        return table, table.arrays(content.frame)
    if isinstance(content, ArrayContent):
        shape = content.array.shape[1:]
        return ArrayMap(kind=problem.kind, shape=shape), {str(problem.kind): content.array}
    return _window_map(content), {"series": past(content.values, content.starts, content.lookback)}


def _window_map(content: SeriesContent) -> WindowMap:
    last = "" if content.dates is None else content.dates[-1].isoformat()
    return WindowMap(
        names=content.names,
        lookback=content.lookback,
        horizon=content.horizon,
        season=content.season,
        frequency=content.frequency,
        last_date=last,
    )


def _spec(
    problem: Problem, inputs: TableMap | ArrayMap | WindowMap, x: dict[str, NDArray[Any]], rows: Indices
) -> DataSpec:
    shape = () if problem.kind is Kind.TABLE else next(iter(x.values())).shape[1:]
    table = inputs if isinstance(inputs, TableMap) else None
    missing = np.isnan(x["numeric"][rows]).any(axis=0) if "numeric" in x else np.zeros(0, dtype=bool)
    return DataSpec(
        kind=problem.kind,
        task=problem.task,
        num_outputs=_num_outputs(problem),
        num_rows=len(rows),
        shape=tuple(shape),
        num_numeric=table.num_numeric if table else 0,
        num_categorical=len(table.categories) if table else 0,
        vocabulary=table.vocabulary if table else 0,
        missing=tuple(int(i) for i in np.flatnonzero(missing)),
        pixel_range=pixel_range(x["image"][rows]) if problem.kind is Kind.IMAGE else 1.0,
        classes=problem.classes,
        positive=problem.kind is Kind.FORECAST and _positive(x["series"][rows], problem.targets[rows]),
        imbalance=_imbalance(problem, rows),
    )


def _positive(*arrays: NDArray[Any]) -> bool:
    return all(bool(array.min() > 0) for array in arrays)


def _num_outputs(problem: Problem) -> int:
    if problem.task is Task.MULTICLASS:
        return len(problem.classes)
    return 1 if problem.targets.ndim == 1 else int(problem.targets.shape[1])


def _imbalance(problem: Problem, rows: Indices) -> float:
    """Share of the rarest class or label; 0 for amounts."""
    if problem.labels is not None:
        return float(np.bincount(problem.labels[rows], minlength=len(problem.classes)).min() / len(rows))
    if problem.task is Task.MULTILABEL:
        return float(problem.targets[rows].mean(axis=0).min())
    return 0.0
