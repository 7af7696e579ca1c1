"""Folds by number and by scikit-learn's splitters."""

import numpy as np
import pytest
from sklearn import model_selection as sk

from layersmith.errors import SplitError
from layersmith.experiments.partition import inner_split, partition
from layersmith.experiments.sample import read_sample

X = np.random.default_rng(0).normal(size=(60, 2))
LABELS = np.arange(60) % 3


def sample(**ties):
    return read_sample(X, LABELS, **ties)


def test_a_number_is_stratified_and_tests_each_row_once():
    [folds] = partition(sample(), 5)
    assert sorted(np.concatenate([split.validation for split in folds]).tolist()) == list(range(60))
    assert all(np.bincount(LABELS[split.validation]).tolist() == [4, 4, 4] for split in folds)


def test_repeats_divide_anew_and_a_seed_divides_alike():
    first, second = partition(sample(), 3, repeats=2, seed=7)
    assert not np.array_equal(first[0].validation, second[0].validation)
    again, _ = partition(sample(), 3, repeats=2, seed=7)
    assert np.array_equal(first[0].validation, again[0].validation)


def test_groups_and_copies_stay_on_one_side():
    groups = np.arange(60) // 4
    for split in partition(sample(groups=groups), 5)[0]:
        assert not set(groups[split.train]) & set(groups[split.validation])
    twins = read_sample(np.repeat(X[:30], 2, axis=0), np.repeat(LABELS[:30], 2))
    for split in partition(twins, 5)[0]:
        assert not set(twins.duplicates[split.train]) & set(twins.duplicates[split.validation])


def test_in_time_order_a_fold_trains_on_its_past():
    [folds] = partition(sample(time_ordered=True), 4)
    assert all(split.train.max() < split.validation.min() for split in folds)


@pytest.mark.parametrize(
    ("splitter", "shape"),
    [
        (sk.KFold(4), (1, 4)),
        (sk.StratifiedKFold(3, shuffle=True, random_state=0), (1, 3)),
        (sk.GroupKFold(3), (1, 3)),
        (sk.TimeSeriesSplit(4), (1, 4)),
        (sk.RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0), (2, 3)),
        (sk.ShuffleSplit(6, test_size=0.2, random_state=0), (1, 6)),
        (sk.PredefinedSplit(np.arange(60) % 2), (1, 2)),
    ],
)
def test_a_splitter_decides_alone(splitter, shape):
    rows = sample(groups=np.arange(60) // 4) if isinstance(splitter, sk.GroupKFold) else sample()
    found = partition(rows, splitter)
    assert (len(found), len(found[0])) == shape
    expected = list(splitter.split(X, LABELS, rows.groups))
    for (train, test), split in zip(expected, [split for repeat in found for split in repeat], strict=True):
        assert np.array_equal(np.sort(train), split.train)
        assert np.array_equal(np.sort(test), split.validation)


def test_a_splitter_sees_the_rows_that_take_part_only():
    rows = sample()
    part = np.arange(10, 60)
    kept = type(rows)(**{**vars(rows), "rows": part})
    assert min(split.validation.min() for split in partition(kept, sk.KFold(5))[0]) == 10


def test_the_inner_split_leaves_the_test_rows_alone():
    split = partition(sample(), 5)[0][0]
    inner = inner_split(sample(), split, seed=0)
    assert sorted([*inner.train, *inner.validation]) == split.train.tolist()
    assert 8 <= len(inner.validation) <= 12


@pytest.mark.parametrize(
    ("folds", "options", "said"),
    [
        (1, {}, "folds is 1"),
        (True, {}, "folds is True"),
        ("five", {}, "folds is 'five'"),
        (5, {"repeats": 0}, "repeats is 0"),
        (30, {}, "class '0' has 20 rows for 30 folds"),
        (sk.KFold(3), {"repeats": 2}, "repeats=2 with KFold"),
        (sk.KFold(90), {}, "KFold cannot divide 60 rows"),
        (sk.GroupKFold(3), {}, "GroupKFold cannot divide"),
        (sk.ShuffleSplit(1), {}, "gives 1 fold"),
        (sk.PredefinedSplit(LABELS), {}, "without a row of some class"),
    ],
)
def test_what_cannot_be_divided_is_refused(folds, options, said):
    with pytest.raises(SplitError, match=said):
        partition(sample(), folds, **options)


def test_repeats_in_time_order_are_refused():
    with pytest.raises(SplitError, match="in time order"):
        partition(sample(time_ordered=True), 3, repeats=2)


def test_a_splitter_that_tests_on_its_training_rows_is_refused():
    class Sloppy:
        def split(self, x, y=None, groups=None):
            yield from [(np.arange(60), np.arange(10))] * 2

    with pytest.raises(SplitError, match="tests on rows it trains on"):
        partition(sample(), Sloppy())
