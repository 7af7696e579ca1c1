"""Means over folds that share training rows."""

import math

import numpy as np
import pytest
from scipy import stats

from layersmith.errors import DataError
from layersmith.records import Split
from layersmith.validation.resampled import held_per_train, holm, resampled

SCORES = [0.80, 0.85, 0.78, 0.90, 0.82]


def test_the_variance_is_that_of_nadeau_and_bengio():
    found = resampled(SCORES, held_per_train=0.25)
    assert found.mean == pytest.approx(np.mean(SCORES))
    assert found.standard_error == pytest.approx(math.sqrt((1 / 5 + 1 / 4) * np.var(SCORES, ddof=1)))
    half = stats.t.ppf(0.975, 4) * found.standard_error
    interval = found.interval()
    assert (interval.low, interval.high) == pytest.approx((found.mean - half, found.mean + half))
    assert interval.method == "corrected resampled t"


def test_without_shared_rows_it_is_the_paired_t_test():
    differences = np.random.default_rng(0).normal(0.3, 1.0, 12)
    assert resampled(differences, held_per_train=0.0).p_value == pytest.approx(stats.ttest_1samp(differences, 0).pvalue)


def test_the_interval_holds_zero_just_where_the_p_value_is_above_its_level():
    rng = np.random.default_rng(1)
    for _ in range(50):
        found = resampled(rng.normal(0.5, 1.0, 10), held_per_train=0.1)
        interval = found.interval()
        assert (interval.low <= 0 <= interval.high) == (found.p_value >= 0.05)


def test_several_comparisons_need_wider_intervals():
    found = resampled(SCORES, held_per_train=0.25)
    one, three = found.interval(), found.interval(comparisons=3)
    assert three.low < one.low
    assert three.high > one.high
    assert three.method.endswith("Bonferroni of 3")


def test_equal_models_and_constant_differences():
    assert resampled([0.0] * 5, held_per_train=0.25).p_value == 1.0
    assert resampled([0.1] * 5, held_per_train=0.25).p_value == 0.0


def test_a_single_fold_has_no_error_and_nan_stays():
    one = resampled([0.5], held_per_train=0.25)
    assert math.isnan(one.standard_error)
    assert math.isnan(one.p_value)
    assert math.isnan(one.interval().low)
    assert math.isnan(resampled([0.5, math.nan], held_per_train=0.25).mean)


def test_no_score_is_refused():
    with pytest.raises(DataError, match="no scores"):
        resampled([], held_per_train=0.25)


def test_rows_held_per_training_row():
    splits = [Split(train=np.arange(8), validation=np.arange(2)), Split(train=np.arange(4), validation=np.arange(3))]
    assert held_per_train(splits) == pytest.approx((0.25 + 0.75) / 2)


def test_holm_steps_down_and_never_falls():
    assert holm([0.2, 0.01, 0.02, 0.6]) == pytest.approx([0.4, 0.04, 0.06, 0.6])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    adjusted = holm([0.01, math.nan, 0.02])
    assert adjusted[0] == pytest.approx(0.02)
    assert math.isnan(adjusted[1])
