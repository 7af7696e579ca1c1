"""How a source is read: which column means what, and what may not be inferred."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layersmith.data.spec import Kind, Task
from layersmith.errors import DataError, nearest

__all__ = ["DEFAULTS", "ReadOptions"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadOptions:
    """What the user says about the data; `None` leaves it to inference.

    Attributes:
        target: Column to predict, or a list of them.
        split_column: Column that names the user's own train and test rows. `"auto"` takes a column called `split`,
            `fold` or `subset` that holds such names, `None` takes none, any other name makes that column required.
        group: Column, or array `(rows,)`: rows of one group never end on both sides of a split.
        time: Column, or array `(rows,)`: rows are put in this order and split in time.
        forecast: Column whose future values are predicted from its past.
        horizon: Steps ahead of a forecast.
        lookback: Past steps a forecast sees.
        kind: `table`, `image`, `series` or `forecast`.
        task: `binary`, `multiclass`, `multilabel`, `regression` or `multiregression`.
        max_bytes: Bytes at most that a loader or a folder of images is materialised to.
        keep_constant: Whether columns of numbers that do not vary stay; a search with `build` keeps them.

    Raises:
        DataError: If a kind, a task or a number is not one of these.

    Example:
        >>> ReadOptions(target="income", kind="table").horizon is None
        True
    """

    target: str | Sequence[str] | None = None
    split_column: str | None = "auto"
    group: Any = None
    time: Any = None
    forecast: str | None = None
    horizon: int | None = None
    lookback: int | None = None
    kind: str | None = None
    task: str | None = None
    max_bytes: int = 2 * 1024**3
    keep_constant: bool = False

    def __post_init__(self) -> None:
        _check_target(self.target)
        _check_name("kind", self.kind, [str(kind) for kind in Kind])
        _check_name("task", self.task, [str(task) for task in Task])
        for name in ("horizon", "lookback", "max_bytes"):
            _check_count(name, getattr(self, name))


def _check_target(target: Any) -> None:
    names = [target] if isinstance(target, str) else target
    if names is None:
        return
    if not isinstance(names, list | tuple) or not names or not all(isinstance(name, str) for name in names):
        fix = "pass the column's name, or y for an array of targets"
        raise DataError(f"target is {target!r}", expected="a column name or a list of them", fix=fix)
    if len(set(names)) < len(names):
        repeated = next(name for name in names if names.count(name) > 1)
        raise DataError(f"target names {repeated!r} twice", expected="each column once", fix="drop one of them")


def _check_name(what: str, name: str | None, names: list[str]) -> None:
    if name is None or name in names:
        return
    close = nearest(str(name), names)
    fix = f"use {close!r}" if close else f"name one of them, or leave {what} out to have it inferred"
    raise DataError(f"unknown {what} {name!r}", expected=f"one of: {', '.join(names)}", fix=fix)


def _check_count(name: str, value: Any) -> None:
    whole = isinstance(value, int) or hasattr(value, "__index__")
    if value is None or (whole and not isinstance(value, bool) and value > 0):
        return
    raise DataError(f"{name} is {value!r}", expected="a whole number above 0", fix=f"set {name} to 1 or more")


DEFAULTS = ReadOptions()
