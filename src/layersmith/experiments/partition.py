"""Folds: by number, or by any of scikit-learn's splitters."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from layersmith.errors import SplitError
from layersmith.experiments.sample import Sample
from layersmith.records import Split
from layersmith.validation import splits

__all__ = ["inner_split", "partition"]

_INNER_SHARE = 0.2


def partition(sample: Sample, folds: Any, *, repeats: int = 1, seed: int = 0) -> tuple[tuple[Split, ...], ...]:
    """Return the folds of each repeat.

    A number of folds is stratified by class, keeps copies of a row and the members of a group on one side, and in time
    order trains on the past of each part (as scikit-learn's `TimeSeriesSplit`).

    Args:
        sample: The rows.
        folds: A number of 2 or more, or a splitter: `split(X, y, groups)` decides alone then.
        repeats: How often the rows are divided anew.
        seed: Seed of the shuffling.

    Returns:
        Splits `[repeat][fold]` with numbers of rows.

    Raises:
        SplitError: If the rows cannot be divided so.

    Example:
        >>> from layersmith.experiments.sample import read_sample
        >>> sample = read_sample(np.arange(12.0)[:, None], [0, 1] * 6)
        >>> [[len(split.validation) for split in repeat] for repeat in partition(sample, 3, repeats=2)]
        [[4, 4, 4], [4, 4, 4]]
    """
    if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 1:
        raise SplitError(f"repeats is {repeats!r}", expected="a whole number from 1", fix="use repeats=1")
    if hasattr(folds, "split") and not isinstance(folds, str):
        return _by_splitter(sample, folds, repeats)
    if isinstance(folds, bool) or not isinstance(folds, int | np.integer) or folds < 2:
        raise SplitError(
            f"folds is {folds!r}", expected="a whole number from 2, or a scikit-learn splitter", fix="use folds=5"
        )
    if sample.ordered and repeats > 1:
        got = f"repeats={repeats} in time order, where the folds would be the same"
        raise SplitError(got, expected="repeats=1", fix="leave repeats out, or use more folds")
    _require_rows_of_classes(sample, int(folds))
    return tuple(_by_number(sample, int(folds), seed + repeat) for repeat in range(repeats))


def inner_split(sample: Sample, split: Split, *, seed: int) -> Split:
    """Return a division of a fold's training rows, a fifth of them to watch.

    Args:
        sample: The rows.
        split: The fold, whose test rows are on neither side.
        seed: Seed of the shuffling.

    Raises:
        SplitError: If the training rows cannot be divided.
    """
    return splits.folds(split.train, num_folds=1, seed=seed, fraction=_INNER_SHARE, **_ties(sample))[0]


def _by_number(sample: Sample, num_folds: int, seed: int) -> tuple[Split, ...]:
    return splits.folds(sample.rows, num_folds=num_folds, seed=seed, **_ties(sample))


def _ties(sample: Sample) -> dict[str, Any]:
    return {
        "labels": sample.labels,
        "duplicates": sample.duplicates,
        "groups": sample.groups,
        "ordered": sample.ordered,
    }


def _require_rows_of_classes(sample: Sample, num_folds: int) -> None:
    if sample.labels is None or sample.ordered:
        return
    counts = np.bincount(sample.labels[sample.rows], minlength=len(sample.classes))
    rarest = int(counts.argmin())
    if counts[rarest] < num_folds:
        raise SplitError(
            f"class {sample.classes[rarest]!r} has {counts[rarest]} rows for {num_folds} folds",
            expected=f"at least {num_folds} rows of every class",
            fix=f"use folds={max(2, int(counts[rarest]))}, or add, merge or drop rows of that class",
        )


def _by_splitter(sample: Sample, splitter: Any, repeats: int) -> tuple[tuple[Split, ...], ...]:
    if repeats != 1:
        got = f"repeats={repeats} with {type(splitter).__name__}"
        fix = "use RepeatedKFold or RepeatedStratifiedKFold, and leave repeats out"
        raise SplitError(got, expected="a splitter that says itself how often it divides", fix=fix)
    rows = sample.rows
    targets = sample.targets if sample.labels is None else sample.labels
    groups = None if sample.groups is None else sample.groups[rows]
    try:
        pairs = list(splitter.split(np.zeros((len(rows), 1)), targets[rows], groups))
    except ValueError as error:
        got = f"{type(splitter).__name__} cannot divide {len(rows)} rows: {error}"
        raise SplitError(got, expected="a splitter for these rows", fix="use fewer folds, or folds=5") from error
    found = [Split(train=np.sort(rows[train]), validation=np.sort(rows[test])) for train, test in pairs]
    _require_sides(sample, splitter, found)
    rounds = int(getattr(splitter, "n_repeats", 1))
    each = len(found) // rounds
    return tuple(tuple(found[start : start + each]) for start in range(0, len(found), each))


def _require_sides(sample: Sample, splitter: Any, found: Sequence[Split]) -> None:
    name = type(splitter).__name__
    if len(found) < 2:
        raise SplitError(f"{name} gives {len(found)} fold(s)", expected="2 folds or more", fix="use folds=5")
    for place, split in enumerate(found, start=1):
        if not len(split.train) or not len(split.validation):
            raise SplitError(f"fold {place} of {name} has an empty side", expected="rows on both", fix="use folds=5")
        if np.intersect1d(split.train, split.validation).size:
            got = f"fold {place} of {name} tests on rows it trains on"
            raise SplitError(got, expected="each row on one side", fix="mend the splitter, or use folds=5")
        if sample.labels is not None and len(np.unique(sample.labels[split.train])) < len(sample.classes):
            got = f"fold {place} of {name} trains without a row of some class"
            raise SplitError(got, expected="every class among the training rows", fix="use StratifiedKFold, or folds=5")
