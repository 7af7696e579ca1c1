"""Holdout and folds: nothing on both sides, every class where it is needed."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from layersmith.errors import SplitError
from layersmith.records import Split
from layersmith.validation.groups import linked
from layersmith.validation.splits import folds, holdout

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(0, 25)), min_size=12, max_size=70)


def _check_disjoint(train: np.ndarray, other: np.ndarray, **ties: Any) -> None:
    assert not set(train.tolist()) & set(other.tolist())
    for values in ties.values():
        assert not set(np.asarray(values)[train].tolist()) & set(np.asarray(values)[other].tolist())


@given(
    labels=st.lists(st.integers(0, 3), min_size=8, max_size=80), num_folds=st.integers(2, 5), seed=st.integers(0, 99)
)
def test_folds_of_single_rows_are_a_stratified_partition(labels: list[int], num_folds: int, seed: int) -> None:
    y = np.array(labels)
    assume(np.unique(y, return_counts=True)[1].min() >= 2)
    splits = folds(np.arange(len(y)), num_folds=num_folds, seed=seed, labels=y)
    assert sorted(np.concatenate([split.validation for split in splits]).tolist()) == list(range(len(y)))
    for split in splits:
        _check_disjoint(split.train, split.validation)
        assert len(split.train) + len(split.validation) == len(y)
        for label in np.unique(y):
            share = (y == label).sum() / num_folds
            assert abs((y[split.validation] == label).sum() - share) < 1
            assert (y[split.train] == label).any()


@given(rows=ROWS, num_folds=st.integers(1, 4), seed=st.integers(0, 99))
def test_folds_separate_no_copies_and_no_groups(rows: list[tuple[int, int, int]], num_folds: int, seed: int) -> None:
    labels, duplicates, groups = (np.array(column) for column in zip(*rows, strict=True))
    index = np.arange(len(rows))[:: 2 if seed % 2 else 1]
    links = linked(duplicates, groups)
    holders = [len(set(links[index][labels[index] == label].tolist())) for label in np.unique(labels[index])]
    try:
        splits = folds(index, num_folds=num_folds, seed=seed, labels=labels, duplicates=duplicates, groups=groups)
    except SplitError:
        possible = min(holders) >= 2 and len(set(links[index].tolist())) >= max(num_folds, 2)
        assert not possible or len(set(links[index].tolist())) < 2 * num_folds + len(holders) + 2
        return
    for split in splits:
        _check_disjoint(split.train, split.validation, duplicates=duplicates, groups=groups)
        assert sorted([*split.train.tolist(), *split.validation.tolist()]) == index.tolist()
        assert set(labels[split.train].tolist()) == set(labels[index].tolist())
        assert len(split.validation)


@given(rows=ROWS, seed=st.integers(0, 99), fraction=st.floats(0.1, 0.5))
def test_holdout_separates_no_copies(rows: list[tuple[int, int, int]], seed: int, fraction: float) -> None:
    labels, duplicates, _ = (np.array(column) for column in zip(*rows, strict=True))
    excluded = [0, 3]
    kept = np.setdiff1d(np.arange(len(rows)), excluded)
    units = {label: len(set(duplicates[kept][labels[kept] == label].tolist())) for label in set(labels[kept].tolist())}
    assume(min(units.values()) >= 2 and len(set(duplicates[kept].tolist())) >= 8)
    try:
        parts = holdout(
            len(rows), seed=seed, fraction=fraction, labels=labels, duplicates=duplicates, excluded=excluded
        )
    except SplitError:
        assert max(units.values()) <= 3
        return
    _check_disjoint(parts.search, parts.holdout, duplicates=duplicates)
    assert sorted([*parts.search.tolist(), *parts.holdout.tolist()]) == kept.tolist()
    assert set(labels[parts.search].tolist()) == set(units)


@given(labels=st.lists(st.integers(0, 3), min_size=20, max_size=120), fraction=st.floats(0.1, 0.5))
def test_holdout_is_stratified_and_leaves_each_class_for_a_validation(labels: list[int], fraction: float) -> None:
    y = np.array(labels)
    values, counts = np.unique(y, return_counts=True)
    assume(counts.min() >= 3)
    parts = holdout(len(y), seed=3, fraction=fraction, labels=y)
    for value, count in zip(values, counts, strict=True):
        held = int((y[parts.holdout] == value).sum())
        assert held >= 1
        assert count - held >= 2
        assert abs(held - fraction * count) <= 1
    assert len(folds(parts.search, num_folds=2, seed=0, labels=y)) == 2


@given(num_rows=st.integers(12, 90), num_folds=st.integers(1, 4), seed=st.integers(0, 9), gap=st.integers(0, 2))
def test_ordered_folds_train_on_the_past_without_ties(num_rows: int, num_folds: int, seed: int, gap: int) -> None:
    duplicates = np.random.default_rng(seed).integers(0, 3 * num_rows, num_rows)
    splits = folds(np.arange(num_rows), num_folds=num_folds, seed=seed, duplicates=duplicates, ordered=True, gap=gap)
    assert len(splits) == num_folds
    for split in splits:
        assert split.train.max() + gap < split.validation.min()
        _check_disjoint(split.train, split.validation, duplicates=duplicates)


def test_holdout_in_time_takes_the_end_and_leaves_the_gap() -> None:
    parts = holdout(20, seed=0, ordered=True, gap=2, excluded=[0])
    assert parts.search.tolist() == list(range(1, 14))
    assert parts.holdout.tolist() == [16, 17, 18, 19]


@pytest.mark.parametrize("ties", [{}, {"groups": np.arange(60) // 4}, {"duplicates": np.arange(60) // 2}])
def test_the_seed_decides_and_nothing_else(ties: dict[str, np.ndarray]) -> None:
    def lists(splits: tuple[Split, ...]) -> list[list[int]]:
        return [split.validation.tolist() for split in splits]

    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    first, again, other = (folds(range(60), num_folds=3, seed=seed, **ties) for seed in (1, 1, 2))  # type: ignore[arg-type]
    assert lists(first) == lists(again) != lists(other)
    one, same, third = (holdout(60, seed=seed, **ties).holdout.tolist() for seed in (1, 1, 2))  # type: ignore[arg-type]
    assert one == same != third
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002


def test_rows_come_back_in_ascending_order_of_the_rows_given() -> None:
    rows = np.array([90, 7, 33, 12, 51, 60])
    for split in folds(rows, num_folds=3, seed=0):
        assert split.train.tolist() == sorted(split.train.tolist())
        assert sorted([*split.train, *split.validation]) == sorted(rows.tolist())


def test_a_class_of_fewer_rows_than_folds_is_still_always_trained_on() -> None:
    labels = np.array([0] * 20 + [1] * 2)
    for split in folds(np.arange(22), num_folds=5, seed=0, labels=labels):
        assert (labels[split.train] == 1).any()


def test_text_labels_and_groups_work() -> None:
    labels = np.array(["yes", "no"] * 12)
    groups = np.array([f"site {place}" for place in "abcdef" for _ in range(4)])
    for split in folds(np.arange(24), num_folds=3, seed=0, labels=labels, groups=groups):
        assert len(split.validation) == 8
        assert (labels[split.validation] == "yes").sum() == 4


@pytest.mark.parametrize(
    ("call", "got", "fix"),
    [
        (lambda: folds([], num_folds=2, seed=0), "no rows", "at least two rows"),
        (lambda: folds([0], num_folds=1, seed=0), "1 rows for 2 parts", "give more rows"),
        (lambda: folds(range(3), num_folds=5, seed=0), "3 rows for 5 parts", "fewer folds"),
        (lambda: folds(range(4), num_folds=0, seed=0), "0 folds", "5 folds"),
        (lambda: folds([-1, 2], num_folds=2, seed=0), "row -1", "first one"),
        (lambda: folds(range(9), num_folds=2, seed=0, labels=[0] * 8 + [7]), "class 7 has one row", "merge"),
        (
            lambda: folds(
                range(9), num_folds=2, seed=0, labels=["a"] * 6 + ["b"] * 3, duplicates=[0, 1, 2, 3, 4, 5] + [6] * 3
            ),
            "class 'b' has 3 rows that belong together",
            "drop it",
        ),
        (lambda: folds(range(6), num_folds=2, seed=0, groups=[1] * 6), "1 groups of rows", "more than one group"),
        (lambda: folds(range(6), num_folds=4, seed=0, groups=[1, 1, 2, 2, 3, 3]), "3 groups of rows", "fewer folds"),
        (lambda: folds(range(6), num_folds=2, seed=0, labels=[0, 1]), "2 labels for 6 rows", "all rows"),
        (lambda: folds(range(6), num_folds=2, seed=0, ordered=True, gap=-1), "a gap of -1", "horizon"),
        (lambda: folds(range(6), num_folds=1, seed=0, fraction=1.0), "a fraction of 1.0", "0.2"),
        (
            lambda: folds(range(6), num_folds=2, seed=0, ordered=True, groups=[1] * 6),
            "no rows to train on, of 6",
            "more groups",
        ),
        (
            lambda: folds(range(6), num_folds=1, seed=0, ordered=True, labels=[0, 0, 0, 0, 0, 5], fraction=0.2),
            "class 5 would have no row to train on",
            "time order",
        ),
        (lambda: holdout(0, seed=0), "no rows", "at least two rows"),
        (lambda: holdout(5, seed=0, excluded=range(5)), "no rows", "may be trained on"),
        (lambda: holdout(2, seed=0), "no rows to validate on, of 2", "another fraction"),
        (lambda: holdout(8, seed=0, fraction=0.0), "a fraction of 0.0", "0.2"),
        (lambda: holdout(8, seed=0, groups=[0, 1, 2]), "3 groups for 8 rows", "in the order of the rows"),
        (lambda: holdout(8, seed=0, labels=np.zeros((8, 2))), "labels of shape (8, 2)", "flatten"),
    ],
)
def test_what_cannot_be_split_is_said(call: Any, got: str, fix: str) -> None:
    with pytest.raises(SplitError) as raised:
        call()
    assert got in raised.value.got
    assert fix in raised.value.fix
    assert raised.value.expected


@pytest.mark.parametrize("groups", [None, np.random.default_rng(1).integers(0, 5000, 50_000)])
def test_many_rows_are_quick(groups: np.ndarray | None) -> None:
    labels = np.random.default_rng(0).integers(0, 10, 50_000)
    start = time.process_time()
    splits = folds(np.arange(50_000), num_folds=5, seed=0, labels=labels, duplicates=np.arange(50_000), groups=groups)
    assert time.process_time() - start < 2.0  # about 0.1 s, on a machine with nothing else to do
    assert all(abs(len(split.validation) - 10_000) < 50 for split in splits)
