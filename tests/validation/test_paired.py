import numpy as np
import pytest

from layersmith.errors import DataError
from layersmith.validation.paired import paired_interval

RNG = np.random.default_rng(0)
AMOUNTS = RNG.normal(size=300)
NOISE = RNG.normal(size=300)


def test_errors_that_go_together_tell_models_apart_though_their_intervals_overlap():
    one, other = AMOUNTS + NOISE, AMOUNTS + 1.1 * NOISE
    interval = paired_interval("rmse", AMOUNTS, one, other, seed=0)
    difference = np.sqrt(np.mean(NOISE**2)) * (1 - 1.1)
    assert interval.low < difference < interval.high < 0


def test_models_that_differ_by_chance_are_not_told_apart():
    one, other = AMOUNTS + RNG.normal(size=300), AMOUNTS + RNG.normal(size=300)
    interval = paired_interval("mae", AMOUNTS, one, other, seed=0)
    assert interval.low < 0 < interval.high


def test_turning_the_models_around_turns_the_sign():
    there = paired_interval("mae", AMOUNTS, AMOUNTS + NOISE, AMOUNTS, seed=0)
    back = paired_interval("mae", AMOUNTS, AMOUNTS, AMOUNTS + NOISE, seed=0)
    assert there.low == pytest.approx(-back.high, rel=0.1)


def test_the_interval_covers_a_known_difference():
    covered = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        y = rng.integers(0, 2, 400)
        one = np.where(rng.random(400) < 0.9, y, 1 - y)
        other = np.where(rng.random(400) < 0.8, y, 1 - y)
        interval = paired_interval("accuracy", y, one, other, seed=seed)
        covered += interval.low <= 0.1 <= interval.high
    assert covered >= 53


def test_equal_models_and_ranking_metrics_have_none():
    y = np.tile([0, 1], 20)
    assert paired_interval("accuracy", y, y, y, seed=0) is None
    assert paired_interval("auc", y, y, 1 - y, seed=0) is None


def test_other_rows_are_refused():
    with pytest.raises(DataError):
        paired_interval("mae", AMOUNTS, AMOUNTS, AMOUNTS[:9], seed=0)
