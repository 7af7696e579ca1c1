"""Splits of rows in time order: the future is never trained on to predict the past.

Rows are named by their place in time. `gap` is the number of rows left out between the last row trained on and the
first one validated on: with windows one step apart and a horizon of `h` steps, `h - 1` keeps targets from overlapping.
"""

import numpy as np

from layersmith.errors import SplitError
from layersmith.records import Indices, Split

__all__ = ["expanding", "last_part"]


def last_part(rows: Indices, *, fraction: float, gap: int) -> Split:
    """Return the last `fraction` of `rows` for validation and what lies at least `gap` rows before it for training.

    Args:
        rows: Row indices `(rows,)` in ascending order.
        fraction: Share of `rows` to validate on, rounded to the nearest row, at least one.
        gap: Rows left out in between.

    Raises:
        SplitError: If nothing is left to train on.

    Example:
        >>> split = last_part(np.arange(10), fraction=0.2, gap=1)
        >>> split.train.tolist(), split.validation.tolist()
        ([0, 1, 2, 3, 4, 5, 6], [8, 9])
    """
    return _cut(rows, len(rows) - max(1, round(len(rows) * fraction)), len(rows), gap)


def expanding(rows: Indices, *, num_folds: int, gap: int) -> tuple[Split, ...]:
    """Return folds that train on all of the past and validate on the part that follows.

    The parts are those of scikit-learn's `TimeSeriesSplit`.

    Args:
        rows: Row indices `(rows,)` in ascending order.
        num_folds: Number of folds.
        gap: Rows left out in between.

    Raises:
        SplitError: If the first fold would have nothing to train on or the parts would be empty.

    Example:
        >>> [split.validation.tolist() for split in expanding(np.arange(6), num_folds=2, gap=0)]
        [[2, 3], [4, 5]]
    """
    size = len(rows) // (num_folds + 1)
    if not size:
        raise SplitError(
            f"{len(rows):,} rows for {num_folds} folds in time",
            expected=f"at least {num_folds + 1} rows",
            fix=f"use at most {max(len(rows) - 1, 1)} folds" if len(rows) > 1 else "give more rows",
        )
    starts = range(len(rows) - num_folds * size, len(rows), size)
    return tuple(_cut(rows, start, start + size, gap) for start in starts)


def _cut(rows: Indices, start: int, stop: int, gap: int) -> Split:
    """Validate on `rows[start:stop]`, train on what lies before, less the gap."""
    train = rows[: np.searchsorted(rows, rows[start] - gap)]
    if not len(train):
        raise SplitError(
            f"no row to train on before row {rows[start]:,}, with a gap of {gap:,}",
            expected="rows before the first part validated on and its gap",
            fix="use fewer folds, a shorter horizon, or give more rows",
        )
    return Split(train=train, validation=rows[start:stop])
