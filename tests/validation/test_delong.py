"""DeLong's interval of areas under ROC curves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from layersmith.validation.delong import area, delong


def _by_pairs(y: np.ndarray, p: np.ndarray) -> tuple[float, float]:
    """The area and DeLong's variance from all pairs, as the paper defines them."""
    wins = (p[y == 1][:, None] > p[y == 0]) + 0.5 * (p[y == 1][:, None] == p[y == 0])
    variance = wins.mean(axis=1).var(ddof=1) / wins.shape[0] + wins.mean(axis=0).var(ddof=1) / wins.shape[1]
    return float(wins.mean()), float(variance)


@given(seed=st.integers(0, 1000), ties=st.booleans())
def test_midranks_give_the_area_and_variance_of_all_pairs(seed: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    y = np.concatenate([[0, 0, 1, 1], rng.integers(0, 2, 30)]).astype(float)
    p = np.round(rng.random(34), 1 if ties else 9)
    value, influence = area(y, p)
    expected, variance = _by_pairs(y, p)
    assert value == pytest.approx(expected)
    assert value == pytest.approx(roc_auc_score(y, p))
    assert (influence**2).sum() == pytest.approx(variance)
    assert influence.sum() == pytest.approx(0, abs=1e-9)


def test_it_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    y = np.repeat([0.0, 1.0], [80, 40])
    truth = 0.5 * (1 + math.erf(1.2 / 2))  # normal scores 1.2 apart: Phi(1.2 / sqrt(2))
    found = [delong(y, rng.normal(size=120) + 1.2 * y) for _ in range(400)]
    covered = np.mean([each is not None and each.low <= truth <= each.high for each in found])
    assert 0.92 <= covered <= 0.98


def test_copies_in_one_cluster_do_not_narrow_it() -> None:
    rng = np.random.default_rng(2)
    y = rng.integers(0, 2, 100).astype(float)
    p = rng.random(100) + 0.5 * y
    once = delong(y, p)
    units = np.tile(np.arange(100), 4)
    naive, clustered = delong(np.tile(y, 4), np.tile(p, 4)), delong(np.tile(y, 4), np.tile(p, 4), units=units)
    assert once is not None
    assert naive is not None
    assert clustered is not None
    assert naive.high - naive.low < 0.6 * (once.high - once.low)
    assert clustered.high - clustered.low == pytest.approx(once.high - once.low, rel=0.03)


def test_a_perfect_area_gets_no_interval_of_width_zero() -> None:
    interval = delong(np.repeat([0.0, 1.0], [90, 10]), np.arange(100.0))
    assert interval is not None
    assert interval.high == 1.0
    assert 0.6 < interval.low < 0.9
    assert "smaller class" in interval.method


def test_a_single_row_of_a_class_gives_none() -> None:
    assert delong(np.array([0.0, 0.0, 1.0]), np.array([0.1, 0.2, 0.3])) is None
    assert delong(np.zeros(3), np.arange(3.0)) is None


def test_the_mean_over_columns_is_surer_than_one_column() -> None:
    rng = np.random.default_rng(3)
    y = rng.integers(0, 2, (200, 6)).astype(float)
    p = rng.random((200, 6)) + 0.3 * y
    mean, one = delong(y, p), delong(y[:, 0], p[:, 0])
    assert mean is not None
    assert one is not None
    assert mean.low < roc_auc_score(y, p) < mean.high
    assert mean.high - mean.low < 0.6 * (one.high - one.low)
