"""Holdout and folds: no copy of a row and no member of a group on both sides, every class where it is needed.

Rows in no order are dealt out by class (`allocate`), in units that stay together (`groups`). Rows in time order are cut
in time (`in_time`), and training rows with a copy or a group member on the other side are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from layersmith.errors import SplitError
from layersmith.records import Indices, Split
from layersmith.validation.allocate import allocate
from layersmith.validation.groups import codes, linked
from layersmith.validation.in_time import expanding, last_part
from layersmith.validation.units import Units, gather

__all__ = ["Holdout", "folds", "holdout"]


@dataclass(frozen=True, kw_only=True)
class Holdout:
    """All rows divided once, before anything else.

    Attributes:
        search: Row indices the search may use `(search_rows,)`, ascending.
        holdout: Row indices no decision ever sees `(holdout_rows,)`, ascending.
    """

    search: Indices
    holdout: Indices


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """The rows to split, ascending, with what ties them; all arrays are `(rows,)`."""

    index: Indices
    labels: Indices
    names: Sequence[object]
    links: Indices | None
    ordered: bool
    gap: int


def holdout(
    num_rows: int,
    *,
    seed: int,
    fraction: float = 0.2,
    labels: ArrayLike | None = None,
    duplicates: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    ordered: bool = False,
    excluded: ArrayLike = (),
    gap: int = 0,
) -> Holdout:
    """Set rows aside for the final test.

    Args:
        num_rows: Rows there are.
        seed: Seed of the shuffling.
        fraction: Share of the rows to set aside.
        labels: Classes to stratify by `(num_rows,)`; a class of three units or more is on both sides, a smaller one
            stays with the search, which needs two units for a validation of its own.
        duplicates: Id per row `(num_rows,)`, equal for copies.
        groups: The user's group per row `(num_rows,)`.
        ordered: Rows are in time order: the last part is set aside.
        excluded: Row indices that are on neither side.
        gap: Rows in time left out between both sides; for forecast windows one step apart the horizon less one.

    Raises:
        SplitError: If the rows cannot be split so.

    Example:
        >>> parts = holdout(10, seed=0, labels=[0] * 5 + [1] * 5)
        >>> len(parts.search), len(parts.holdout)
        (8, 2)
    """
    kept = np.setdiff1d(np.arange(num_rows), np.asarray(excluded, dtype=np.int64))
    rows = _rows(kept, labels=labels, duplicates=duplicates, groups=groups, ordered=ordered, gap=gap, total=num_rows)
    split = _once(rows, fraction=fraction, keep=2, seed=seed)
    return Holdout(search=split.train, holdout=split.validation)


def folds(
    rows: ArrayLike,
    *,
    num_folds: int,
    seed: int,
    labels: ArrayLike | None = None,
    duplicates: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    ordered: bool = False,
    gap: int = 0,
    fraction: float = 0.2,
) -> tuple[Split, ...]:
    """Divide `rows` into training and validation rows, once or in folds.

    Args:
        rows: Indices of the rows to divide.
        num_folds: 1 for one division, else the number of folds: each row is validated on once, or, in time order,
            each part after the first.
        seed: Seed of the shuffling.
        labels: Classes to stratify by, indexed by row; each is in every training part.
        duplicates: Ids indexed by row, equal for copies.
        groups: The user's groups, indexed by row.
        ordered: Rows are in time order: training expands into the past of each validation part.
        gap: Rows in time left out in between.
        fraction: Share validated on where `num_folds` is 1.

    Returns:
        One `Split` per fold, with ascending indices into the same rows as `rows`.

    Raises:
        SplitError: If the rows cannot be split so.

    Example:
        >>> first, second = folds(range(6), num_folds=2, seed=0, labels=list("aabbab"))
        >>> len(first.validation), sorted([*first.validation.tolist(), *second.validation.tolist()])
        (3, [0, 1, 2, 3, 4, 5])
    """
    index = np.unique(np.asarray(rows, dtype=np.int64))
    tied = _rows(index, labels=labels, duplicates=duplicates, groups=groups, ordered=ordered, gap=gap, total=None)
    if num_folds < 1:
        raise SplitError(f"{num_folds} folds", expected="1 or more", fix="use 5 folds, or 1 for a single division")
    if num_folds == 1:
        return (_once(tied, fraction=fraction, keep=1, seed=seed),)
    if ordered:
        return tuple(_checked(tied, split) for split in expanding(index, num_folds=num_folds, gap=gap))
    units = _units(tied, num_folds)
    part = allocate(units, [1 / num_folds] * num_folds, keep=0, seed=seed)[units.of_row]
    splits = (Split(train=index[part != fold], validation=index[part == fold]) for fold in range(num_folds))
    return tuple(_checked(tied, split) for split in splits)


def _once(rows: _Rows, *, fraction: float, keep: int, seed: int) -> Split:
    """Return one division, in time or dealt."""
    if not 0 < fraction < 1:
        raise SplitError(f"a fraction of {fraction}", expected="above 0 and below 1", fix="use 0.2")
    if rows.ordered:
        return _checked(rows, last_part(rows.index, fraction=fraction, gap=rows.gap))
    units = _units(rows, 2)
    part = allocate(units, [fraction, 1 - fraction], keep=keep, seed=seed)[units.of_row]
    return _checked(rows, Split(train=rows.index[part == 1], validation=rows.index[part == 0]))


def _rows(
    index: Indices,
    *,
    labels: ArrayLike | None,
    duplicates: ArrayLike | None,
    groups: ArrayLike | None,
    ordered: bool,
    gap: int,
    total: int | None,
) -> _Rows:
    """Check what was given and restrict it to the rows to split."""
    if not len(index):
        raise SplitError("no rows", expected="rows to divide", fix="give at least two rows that may be trained on")
    if index[0] < 0:
        raise SplitError(f"row {index[0]}", expected="indices from 0", fix="count rows from the first one")
    if gap < 0:
        raise SplitError(f"a gap of {gap}", expected="0 or more", fix="use the horizon less one")
    for name, values in (("labels", labels), ("duplicates", duplicates), ("groups", groups)):
        _check_length(name, values, total, int(index.max()) + 1)
    links = None if duplicates is None and groups is None else linked(duplicates, groups)[index]
    used = np.zeros(len(index), np.int64) if labels is None else np.asarray(labels)[index]
    return _Rows(
        index=index,
        labels=codes("labels", used),
        names=() if labels is None else np.unique(used).tolist(),
        links=links,
        ordered=ordered,
        gap=gap,
    )


def _check_length(name: str, values: ArrayLike | None, total: int | None, least: int) -> None:
    """Refuse values that are not one per row."""
    if values is None:
        return
    length = len(np.asarray(values))
    if length < least or (total is not None and length != total):
        raise SplitError(
            f"{length:,} {name} for {total or least:,} rows",
            expected="one per row",
            fix=f"give {name} for all rows, in the order of the rows",
        )


def _units(rows: _Rows, num_bins: int) -> Units:
    """Return the units to deal; refuse what cannot be dealt into `num_bins`."""
    of_row = np.arange(len(rows.index)) if rows.links is None else codes("links", rows.links)
    units = gather(of_row, rows.labels)
    if units.num_units < num_bins:
        what = "rows" if units.num_units == len(rows.index) else "groups of rows that belong together"
        raise SplitError(
            f"{units.num_units} {what} for {num_bins} parts",
            expected=f"at least {num_bins} {what}",
            fix="use fewer folds" if units.num_units > 1 else "give more rows, or rows of more than one group",
        )
    lone = np.flatnonzero(units.class_units < 2)
    if len(lone):
        num = int(units.class_rows[lone[0]])
        raise SplitError(
            f"class {_name(rows, int(lone[0]))} has {'one row' if num == 1 else f'{num:,} rows that belong together'}",
            expected="every class in two rows or groups at least, one to train on and one to validate on",
            fix="add rows of that class, merge it with another, or drop it",
        )
    return units


def _checked(rows: _Rows, split: Split) -> Split:
    """Return `split` without training rows tied to the other side; refuse it if a side or a class is missing."""
    tied = split if not rows.ordered or rows.links is None else _untied(rows, split)
    if not len(tied.validation) or not len(tied.train):
        empty = "train" if not len(tied.train) else "validate"
        raise SplitError(
            f"no rows to {empty} on, of {len(rows.index):,}",
            expected="rows on both sides",
            fix="use fewer folds, another fraction, or more groups or rows",
        )
    seen = np.bincount(rows.labels[np.searchsorted(rows.index, tied.train)], minlength=int(rows.labels.max()) + 1)
    if not seen.all():
        raise SplitError(
            f"class {_name(rows, int(np.argmin(seen)))} would have no row to train on",
            expected="every class among the training rows",
            fix="use fewer folds, or drop the class" + (" or the time order" if rows.ordered else " or the groups"),
        )
    return tied


def _untied(rows: _Rows, split: Split) -> Split:
    """Leave out training rows with a copy or a group member among the validation rows."""
    links = codes("links", rows.links if rows.links is not None else rows.index)
    across = np.zeros(int(links.max()) + 1, dtype=bool)
    across[links[np.searchsorted(rows.index, split.validation)]] = True
    apart = ~across[links[np.searchsorted(rows.index, split.train)]]
    return Split(train=split.train[apart], validation=split.validation)


def _name(rows: _Rows, code: int) -> str:
    return repr(rows.names[code]) if rows.names else str(code)
