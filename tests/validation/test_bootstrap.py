"""Intervals by resampling cover what they say."""

import numpy as np
import pytest
from scipy.stats import bootstrap

from layersmith.records import Interval
from layersmith.validation.bootstrap import bca, bootstrap_t, moving_blocks


def _first(means: np.ndarray) -> np.ndarray:
    return means[..., 0]


def _root(means: np.ndarray) -> np.ndarray:
    return np.sqrt(means[..., 0])


def _bca(terms: np.ndarray, units: np.ndarray | None = None, num_resamples: int = 600, seed: int = 0) -> Interval:
    interval = bca(terms, _root, units=units, level=0.95, num_resamples=num_resamples, seed=seed)
    assert interval is not None
    return interval


def test_it_is_scipys_up_to_chance() -> None:
    errors = np.random.default_rng(0).standard_t(5, 150) ** 2
    ours = _bca(errors[:, None], num_resamples=20_000)
    theirs = bootstrap(
        (errors,), lambda x, axis: np.sqrt(np.mean(x, axis=axis)), n_resamples=20_000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=0.01)


def test_the_interval_of_a_rmse_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    found = [_bca(rng.normal(0, 2, (100, 1)) ** 2, seed=each) for each in range(300)]
    covered = np.mean([interval.low <= 2 <= interval.high for interval in found])
    assert 0.90 <= covered <= 0.98  # 0.95 less the known lack of 1 to 2 points at 100 rows, 3 standard errors of 0.013


def test_clusters_cover_where_single_rows_do_not() -> None:
    rng = np.random.default_rng(4)
    units = np.repeat(np.arange(40), 5)
    hits = {"clusters": 0, "rows": 0}
    for each in range(200):
        terms = np.repeat(rng.normal(0, 1, 40), 5)[:, None] ** 2
        for name, of_row in (("clusters", units), ("rows", None)):
            interval = _bca(terms, units=of_row, num_resamples=300, seed=each)
            hits[name] += interval.low <= 1 <= interval.high
    assert hits["clusters"] / 200 > 0.87
    assert hits["rows"] / 200 < 0.75


def test_blocks_cover_more_than_rows_where_neighbours_are_alike() -> None:
    rng = np.random.default_rng(5)
    hits = {"blocks": 0, "rows": 0}
    for each in range(200):
        noise = rng.normal(0, 1, 330)
        series = np.zeros(330)
        for step in range(1, 330):
            series[step] = 0.7 * series[step - 1] + noise[step]
        terms = series[30:, None]
        blocks = moving_blocks(terms, _first, length=15, level=0.95, num_resamples=400, seed=each)
        rows = bca(terms, _first, units=None, level=0.95, num_resamples=300, seed=each)
        assert blocks is not None
        assert rows is not None
        hits["blocks"] += blocks.low <= 0 <= blocks.high
        hits["rows"] += rows.low <= 0 <= rows.high
    assert hits["blocks"] / 200 > 0.83
    assert hits["rows"] / 200 < 0.72


def test_many_rows_are_resampled_in_groups() -> None:
    errors = np.random.default_rng(6).normal(size=(60_000, 1)) ** 2
    interval = _bca(errors)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * np.sqrt(0.5 / 60_000), rel=0.15)


def test_the_seed_decides() -> None:
    errors = np.random.default_rng(7).normal(size=(50, 1)) ** 2
    assert _bca(errors, seed=1) == _bca(errors, seed=1) != _bca(errors, seed=2)


def test_terms_that_are_all_equal_give_a_point() -> None:
    interval = _bca(np.full((20, 1), 4.0))
    assert (interval.low, interval.high) == (2.0, 2.0)


def test_too_little_gives_none() -> None:
    undefined = {"level": 0.95, "num_resamples": 50, "seed": 0}
    assert bca(np.ones((1, 1)), _first, units=None, **undefined) is None  # type: ignore[arg-type]
    assert bca(np.ones((6, 1)), _first, units=np.zeros(6, np.int64), **undefined) is None  # type: ignore[arg-type]
    assert moving_blocks(np.ones((5, 1)), _first, length=3, **undefined) is None  # type: ignore[arg-type]
    nothing = np.full((9, 1), np.nan)
    assert bca(nothing, _first, units=None, **undefined) is None  # type: ignore[arg-type]
    assert moving_blocks(nothing, _first, length=2, **undefined) is None  # type: ignore[arg-type]


def _mean_interval(values: np.ndarray, units: np.ndarray | None = None, seed: int = 0) -> tuple[float, float]:
    ends = bootstrap_t(values, units=units, level=0.95, num_resamples=600, seed=seed)
    assert ends is not None
    return ends


@pytest.mark.parametrize(("rows", "least"), [(30, 0.90), (250, 0.93)])
def test_the_studentized_mean_of_skewed_errors_is_covered(rows: int, least: float) -> None:
    rng, held = np.random.default_rng(0), 0
    for seed in range(500):
        low, high = _mean_interval(rng.normal(size=rows) ** 2, seed=seed)
        held += low <= 1.0 <= high
    assert least <= held / 500 <= 0.97


def test_the_studentized_mean_of_clusters_is_covered() -> None:
    rng, held = np.random.default_rng(1), 0
    units = np.repeat(np.arange(80), rng.integers(1, 6, 80))
    for seed in range(400):
        values = (rng.normal(size=80)[units] + rng.normal(size=len(units))) ** 2  # mean 2
        low, high = _mean_interval(values, units, seed)
        held += low <= 2.0 <= high
    assert 0.91 <= held / 400 <= 0.98


def test_the_studentized_interval_leans_towards_the_long_tail() -> None:
    values = np.random.default_rng(2).exponential(size=60)
    low, high = _mean_interval(values)
    assert high - values.mean() > values.mean() - low


def test_values_that_do_not_vary_and_single_units() -> None:
    assert _mean_interval(np.full(20, 3.0)) == (3.0, 3.0)
    assert bootstrap_t(np.ones(1), units=None, level=0.95, num_resamples=10, seed=0) is None
    few = bootstrap_t(
        np.array([0.0, 0.0, 0.0, 1.0]), units=np.array([0, 0, 0, 1]), level=0.95, num_resamples=200, seed=0
    )
    assert few is None or few[0] <= few[1]
