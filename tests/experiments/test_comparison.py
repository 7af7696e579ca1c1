"""Which models the rows can tell apart."""

import math

import numpy as np
import pytest
from scipy import stats

from layersmith.experiments.comparison import compared
from layersmith.experiments.cross_validation import CrossValidation
from layersmith.records import Cost, Split, Training

SPLITS = [[Split(train=np.arange(8), validation=np.arange(8, 10))] * 5]
TRAINING = Training(
    curves={"loss": (1.0,), "val_loss": (1.0,)}, best_epoch=1, planned_epochs=1, seconds=0.5, stopped="finished"
)


def result(scores, macs=100, metric="accuracy"):
    cost = Cost(params=macs, trainable_params=macs, macs=macs, model_bytes=0, activation_bytes=0, training_bytes=0)
    return CrossValidation(
        metric=metric,
        scores=np.array([scores]),
        measures={},
        predictions=np.zeros((10, 1)),
        trainings=[[TRAINING] * 5],
        splits=SPLITS,
        cost=cost,
        facts=None,
        seconds=2.5,
    )


NOISE = np.array([0.01, -0.01, 0.0, 0.005, -0.005])
GOOD, TWIN, BAD = 0.9 + NOISE, 0.901 + NOISE[::-1], 0.6 + NOISE


def test_the_best_comes_first_and_all_pairs_are_compared():
    found = compared({"bad": result(BAD), "good": result(GOOD), "twin": result(TWIN)})
    assert list(found.results) == ["twin", "good", "bad"]
    assert [(pair.better, pair.other) for pair in found.differences] == [
        ("twin", "good"),
        ("twin", "bad"),
        ("good", "bad"),
    ]
    assert [pair.told_apart for pair in found.differences] == [False, True, True]
    assert found.best == "twin"
    assert found.ties == ("twin", "good")


def test_a_pair_is_the_corrected_t_test():
    [pair] = compared({"a": result(GOOD), "b": result(TWIN)}).differences
    difference = TWIN - GOOD
    error = math.sqrt((1 / 5 + 2 / 8) * np.var(difference, ddof=1))
    assert pair.mean == pytest.approx(difference.mean())
    assert pair.p_value == pytest.approx(2 * stats.t.sf(difference.mean() / error, 4))
    assert pair.interval.high == pytest.approx(difference.mean() + stats.t.ppf(0.975, 4) * error)


def test_more_pairs_make_it_harder_to_tell_apart():
    close = 0.92 + 2 * NOISE[::-1]
    alone = compared({"a": result(GOOD), "b": result(close)})
    crowd = compared({"a": result(GOOD), "b": result(close), "c": result(TWIN), "d": result(GOOD + 0.001)})
    [pair] = alone.differences
    [same] = [each for each in crowd.differences if {each.better, each.other} == {"a", "b"}]
    assert same.p_value > pair.p_value
    assert same.interval.high > pair.interval.high
    assert "Bonferroni of 6" in same.interval.method


def test_equal_models_cannot_be_told_apart_and_it_says_so():
    found = compared({"a": result(GOOD, 500), "b": result(GOOD, 90)})
    assert found.differences[0].p_value == 1.0
    assert found.cheapest == "b"
    assert "a and b cannot be told apart with these rows: 0 (0 to 0; p = 1)" in found.summary()
    assert "cheapest that cannot be told apart from a: b" in found.summary()


def test_where_lower_is_better_the_difference_is_still_what_is_gained():
    found = compared({"good": result(BAD, metric="rmse"), "bad": result(GOOD, metric="rmse")})
    assert found.best == "good"
    assert found.differences[0].mean == pytest.approx(0.3)
    assert "lower is better" in found.summary()
    assert "good is better than bad by 0.3" in found.summary()


def test_a_model_that_diverged_is_last_and_tied_with_nothing():
    found = compared({"burst": result([math.nan] * 5), "good": result(GOOD), "twin": result(TWIN)})
    assert list(found.results)[-1] == "burst"
    assert "burst" not in found.ties
    assert not any(pair.told_apart for pair in found.differences)
    assert "good and burst cannot be compared: one diverged" in found.summary()
    assert found.cheapest in ("good", "twin")


def test_tables():
    found = compared({"good": result(GOOD), "bad": result(BAD)})
    assert found.table()["model"].tolist() == ["good", "bad"]
    assert found.table()["tied_with_best"].tolist() == [True, False]
    assert found.table()["macs"].tolist() == [100, 100]
    assert found.difference_table()["told_apart"].tolist() == [True]
