"""Intervals hold the truth as often as they say; equal models are seldom told apart."""

import importlib
from functools import partial
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def simulation():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("interval_coverage")


@pytest.mark.parametrize(("task", "metric"), [("binary", "accuracy"), ("binary", "auc")])
def test_the_interval_of_a_test_score_holds_the_truth(simulation, task, metric):
    assert 0.93 <= simulation.coverage(task, metric, datasets=1000) <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "metric"),
    [
        ("regression", "rmse"),
        ("regression", "mae"),
        ("binary", "log_loss"),
        ("binary", "f1"),
        ("multiclass", "log_loss"),
        ("multiclass", "macro_f1"),
    ],
)
def test_so_do_the_intervals_of_further_metrics(simulation, task, metric):
    assert 0.93 <= simulation.coverage(task, metric, datasets=1000) <= 0.97


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_equal_predictors_are_seldom_told_apart(simulation, task):
    compare = partial(simulation.predictor_comparison, task, folds=5)
    assert simulation.false_positives(compare, datasets=200) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("task", "folds", "repeats"), [("binary", 10, 1), ("regression", 5, 4)])
def test_nor_are_they_over_more_folds(simulation, task, folds, repeats):
    compare = partial(simulation.predictor_comparison, task, folds=folds, repeats=repeats)
    assert simulation.false_positives(compare, datasets=400) <= 0.05


def test_equal_networks_go_through_the_engine(simulation):
    found = simulation.network_comparison("binary", np.random.default_rng(0), folds=3, epochs=3)
    assert {result.trainings[0][0].engine for result in found.results.values()} == {"compiled"}


@pytest.mark.slow
@pytest.mark.parametrize("task", ["binary", "regression"])
def test_equal_networks_are_seldom_told_apart(simulation, task):
    compare = partial(simulation.network_comparison, task, folds=5)
    assert simulation.false_positives(compare, datasets=100) <= 0.05
