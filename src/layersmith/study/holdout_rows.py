"""What a report needs of the one look at the holdout: truth and predictions of its rows, and the worst rows themselves.

    test.npz    arrays without pickle, bounded in size whatever the data

Where the holdout is too large, a random part of it is kept, and `num_rows` says how large it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.data.content import SeriesContent, TableContent
from layersmith.data.dataset import Dataset
from layersmith.data.problem import Problem
from layersmith.data.spec import Task
from layersmith.errors import RunFolderError
from layersmith.exporters.atomic import replacing
from layersmith.records import Indices

__all__ = ["HoldoutRows", "keep_holdout", "read_holdout", "row_losses", "write_holdout"]

_MOST_VALUES = 1_000_000  # of truth and of predictions
_MOST_EXAMPLES = 12
_MOST_CELLS = 40  # columns of a table's example
_MOST_LETTERS = 80  # of a cell
_MOST_NUMBERS = 150_000  # of an example that is an array
_LEAST_PROBABILITY = 1e-7  # as Keras clips


@dataclass(frozen=True, kw_only=True, eq=False)
class HoldoutRows:
    """Rows of the holdout with what the winner said of them.

    Attributes:
        num_rows: Rows of the holdout, those that were not kept too.
        rows: Where they stand in the source `(rows,)`; for a forecast the step of each window's first target.
        truth: Targets `(rows,)` or `(rows, outputs)`, as the data set encodes them.
        predictions: What the model gave `(rows, outputs)`.
        worst: Places among these rows of the ones with the largest loss, the worst first.
        examples: Those rows: an array `(worst, ...)` for images and series, text `(worst, columns)` for tables.
        columns: Names of the columns of `examples`, for tables.
        dates: Dates of the steps from the smallest of `rows` on, for a forecast that has dates.
    """

    num_rows: int
    rows: Indices
    truth: NDArray[Any]
    predictions: NDArray[np.float32]
    worst: Indices
    examples: NDArray[Any]
    columns: tuple[str, ...] = ()
    dates: tuple[str, ...] = field(default=())


def keep_holdout(
    predictions: NDArray[Any], dataset: Dataset, problem: Problem, holdout: Indices, *, seed: int
) -> HoldoutRows:
    """Return what is kept of the holdout.

    Args:
        predictions: What the model gave for the holdout `(rows, outputs)`.
        dataset: Encoded rows.
        problem: The raw rows.
        holdout: Which rows were predicted.
        seed: Seed of the choice where there are too many rows.
    """
    flat = np.asarray(predictions, np.float32).reshape(len(holdout), -1)
    kept = _kept(len(holdout), flat.shape[1], seed)
    rows, truth, flat = holdout[kept], dataset.y[holdout[kept]], flat[kept]
    order = np.argsort(-row_losses(problem.task, truth, flat), kind="stable")
    worst = order[:_MOST_EXAMPLES]
    examples, columns = _examples(problem, dataset, rows[worst])
    starts = problem.content.starts[rows] if isinstance(problem.content, SeriesContent) else rows
    return HoldoutRows(
        num_rows=len(holdout),
        rows=np.asarray(starts, np.int64),
        truth=truth,
        predictions=flat,
        worst=worst,
        examples=examples,
        columns=columns,
        dates=_dates(problem, starts),
    )


def row_losses(task: Task, truth: NDArray[Any], predictions: NDArray[Any]) -> NDArray[np.float64]:
    """Return how wrong each row is: the negative log-likelihood of classes, the mean absolute error of amounts.

    Errors of several targets count in units of each target's standard deviation.

    Args:
        task: What is predicted.
        truth: Targets `(rows,)` or `(rows, outputs)`.
        predictions: `(rows, outputs)`.

    Example:
        >>> row_losses(Task.BINARY, np.array([1, 0]), np.array([[0.5], [0.25]])).round(3).tolist()
        [0.693, 0.288]
    """
    target = np.asarray(truth, np.float64).reshape(len(truth), -1)
    given = np.asarray(predictions, np.float64)
    if not task.is_classification:
        scale = target.std(axis=0)
        return np.abs((given - target) / np.where(scale > 0, scale, 1.0)).mean(axis=1)  # type: ignore[no-any-return]
    if task is Task.MULTICLASS:
        likely = given[np.arange(len(given)), target[:, 0].astype(np.int64)][:, None]
    else:
        likely = np.where(target > 0.5, given, 1 - given)
    return -np.log(np.clip(likely, _LEAST_PROBABILITY, 1.0)).mean(axis=1)  # type: ignore[no-any-return]


def write_holdout(path: Path, kept: HoldoutRows) -> None:
    """Write the rows to a file, whole or not at all.

    Args:
        path: A file that ends in `.npz`.
        kept: The rows.
    """
    arrays: Mapping[str, NDArray[Any]] = {
        "num_rows": np.array(kept.num_rows),
        "rows": kept.rows,
        "truth": kept.truth,
        "predictions": kept.predictions,
        "worst": kept.worst,
        "examples": kept.examples,
        "columns": np.array(kept.columns, dtype=np.str_),
        "dates": np.array(kept.dates, dtype=np.str_),
    }
    with replacing(path) as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **arrays)


def read_holdout(path: Path) -> HoldoutRows:
    """Return what `write_holdout` wrote.

    Args:
        path: The file.

    Raises:
        RunFolderError: If the file is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as found:
            return HoldoutRows(
                num_rows=int(found["num_rows"]),
                **{name: found[name] for name in ("rows", "truth", "predictions", "worst", "examples")},
                columns=tuple(found["columns"].tolist()),
                dates=tuple(found["dates"].tolist()),
            )
    except (ValueError, KeyError, OSError, EOFError) as error:
        raise RunFolderError(
            f"{path} is damaged ({type(error).__name__}: {error})",
            expected="the arrays that a search wrote",
            fix="delete the file for a report without test rows, or run the search again",
        ) from error


def _kept(num_rows: int, num_outputs: int, seed: int) -> Indices:
    most = max(1, _MOST_VALUES // num_outputs)
    if num_rows <= most:
        return np.arange(num_rows)
    return np.sort(np.random.default_rng(seed).choice(num_rows, most, replace=False))


def _examples(problem: Problem, dataset: Dataset, rows: Indices) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return the rows as people know them, and the names of their columns."""
    content = problem.content
    if isinstance(content, TableContent):
        frame = content.frame.iloc[rows, :_MOST_CELLS]
        cells = [[_cell(cell) for cell in row] for row in frame.itertuples(index=False)]
        return np.array(cells, dtype=np.str_), tuple(str(name) for name in frame.columns)
    values = dataset.x[next(iter(dataset.x))][rows]
    return _thinned(values), ()


def _cell(value: Any) -> str:
    text = f"{value:.5g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"


def _thinned(values: NDArray[Any]) -> NDArray[Any]:
    """Return examples with every n-th step, or pixel of both axes, where they are too large."""
    axes = values.ndim - 2  # that may be thinned: not the examples, not the channels
    size = int(np.prod(values.shape[1:]))
    step = int(np.ceil((size / _MOST_NUMBERS) ** (1 / max(axes, 1)))) if size > _MOST_NUMBERS else 1
    return values[(slice(None), *[slice(None, None, step)] * axes)]


def _dates(problem: Problem, starts: Indices) -> tuple[str, ...]:
    content = problem.content
    if not isinstance(content, SeriesContent) or content.dates is None or not len(starts):
        return ()
    first, last = int(starts.min()), int(starts.max()) + content.horizon
    return tuple(date.isoformat() for date in content.dates[first:last])
