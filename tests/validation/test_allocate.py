"""Units are dealt in proportion."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.validation.allocate import allocate
from layersmith.validation.units import gather


@given(
    labels=st.lists(st.integers(0, 4), min_size=10, max_size=80),
    num_bins=st.integers(2, 6),
    seed=st.integers(0, 1000),
)
def test_single_rows_are_stratified_within_one_row(labels: list[int], num_bins: int, seed: int) -> None:
    codes = np.unique(labels, return_inverse=True)[1]
    units = gather(np.arange(len(codes)), codes)
    bins = allocate(units, [1 / num_bins] * num_bins, keep=0, seed=seed)
    sizes = np.bincount(bins, minlength=num_bins)
    assert np.ptp(sizes) <= 1
    for code in range(units.num_classes):
        assert np.ptp(np.bincount(bins[codes == code], minlength=num_bins)) <= 1


@given(
    sizes=st.lists(st.integers(1, 9), min_size=20, max_size=60),
    seed=st.integers(0, 100),
)
def test_groups_of_any_size_come_close_to_their_shares(sizes: list[int], seed: int) -> None:
    units = gather(np.repeat(np.arange(len(sizes)), sizes), np.zeros(sum(sizes), np.int64))
    bins = allocate(units, [0.25, 0.75], keep=2, seed=seed)
    assert abs(np.array(sizes)[bins == 0].sum() - 0.25 * sum(sizes)) <= max(sizes)


@given(seed=st.integers(0, 200))
def test_groups_of_mixed_classes_come_close_in_every_class(seed: int) -> None:
    rng = np.random.default_rng(seed)
    of_row = np.unique(rng.integers(0, 60, 600), return_inverse=True)[1]
    labels = (rng.random(600) < rng.random(60)[of_row]).astype(np.int64)
    bins = allocate(gather(of_row, labels), [0.25] * 4, keep=0, seed=seed)[of_row]
    for label in (0, 1):
        shares = np.bincount(bins[labels == label], minlength=4) / (labels == label).sum()
        assert np.abs(shares - 0.25).max() < 0.05


def test_groups_of_different_sizes_are_dealt_differently_by_another_seed() -> None:
    units = gather(np.repeat(np.arange(30), np.arange(1, 31)), np.zeros(465, np.int64))
    dealt = [allocate(units, [0.2, 0.8], keep=1, seed=seed) for seed in range(5)]
    assert len({tuple(bins.tolist()) for bins in dealt}) == 5


@pytest.mark.parametrize("num", [2, 3, 5])
def test_the_last_bin_keeps_two_units_of_a_rare_class(num: int) -> None:
    labels = np.array([0] * 50 + [1] * num)
    bins = allocate(gather(np.arange(len(labels)), labels), [0.9, 0.1], keep=2, seed=1)
    assert (bins[50:] == 1).sum() >= 2
    assert (bins[50:] == 0).any() == (num > 2)


@pytest.mark.parametrize("seed", range(5))
def test_a_huge_unit_does_not_starve_a_bin_of_a_class(seed: int) -> None:
    of_row = np.concatenate([np.zeros(90, np.int64), np.arange(1, 13)])
    labels = np.array([0] * 90 + [0] * 6 + [1] * 6)
    units = gather(of_row, labels)
    bins = allocate(units, [1 / 3] * 3, keep=0, seed=seed)
    for code in (0, 1):
        assert set(bins[units.holders(code)].tolist()) == {0, 1, 2}


def test_the_seed_decides() -> None:
    units = gather(np.arange(100), np.arange(100) % 3)
    first, again, other = (allocate(units, [0.2, 0.8], keep=1, seed=seed) for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()
