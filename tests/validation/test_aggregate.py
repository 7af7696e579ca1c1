"""Folds taken together."""

import math

import numpy as np
import pytest

from layersmith.errors import DataError
from layersmith.validation.aggregate import fold_mean, noise, out_of_fold, pooled
from layersmith.validation.metrics import METRICS
from layersmith.validation.splits import folds


def test_the_standard_error_is_that_of_the_mean() -> None:
    scores = [0.8, 0.9, 0.85, 0.95]
    found = fold_mean(scores)
    assert found.mean == pytest.approx(np.mean(scores))
    assert found.standard_error == pytest.approx(np.std(scores, ddof=1) / 2)
    assert found.num_folds == 4


def test_one_fold_has_no_standard_error() -> None:
    assert math.isnan(fold_mean([0.5]).standard_error)


def test_a_fold_that_failed_is_not_passed_over() -> None:
    assert math.isnan(fold_mean([0.5, math.nan]).mean)


@pytest.mark.parametrize("columns", [(), (3,)])
def test_pooling_perfect_folds_puts_each_prediction_at_its_row(columns: tuple[int, ...]) -> None:
    y = np.random.default_rng(0).normal(size=(30, *columns))
    parts = [(split.validation, y[split.validation]) for split in folds(range(30), num_folds=4, seed=0)]
    rows, p = out_of_fold(parts)
    assert rows.tolist() == list(range(30))
    assert (p == y).all()
    assert pooled("rmse", y, parts) == 0


def test_pooling_is_over_rows_and_not_over_folds() -> None:
    y = np.array([0.0, 0.0, 0.0])
    parts = [(np.array([0, 1]), [3.0, 3.0]), (np.array([2]), [0.0])]
    assert pooled("rmse", y, parts) == pytest.approx(math.sqrt(6))
    assert pooled("rmse", y, parts) != pytest.approx(np.mean([3.0, 0.0]))


def test_repeated_folds_pool_mean_predictions_of_a_row() -> None:
    parts = [(np.array([5, 3]), [[1.0], [0.0]]), (np.array([5]), [[2.0]])]
    rows, p = out_of_fold(parts)
    assert rows.tolist() == [3, 5]
    assert p.tolist() == [[0.0], [1.5]]


def test_pooling_needs_only_the_rows_validated_on() -> None:
    y = np.array([1, 0, 1, 0])
    assert pooled("auc", y, [(np.array([2, 3]), [0.9, 0.1])]) == METRICS["auc"].compute([1, 0], [0.9, 0.1])


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([1.0, 3.0], math.sqrt(2)),
        ([[1.0, 3.0]], math.sqrt(2)),
        ([[1.0, 1.0], [5.0, 5.0]], 0.0),
        ([[0.0, 2.0], [7.0]], math.sqrt(2)),
        ([[0.0, 2.0, math.nan], [math.inf]], math.sqrt(2)),
        ([[0.0, 2.0], [0.0, 4.0, 8.0]], math.sqrt((2 + 32) / 3)),
    ],
)
def test_noise_is_the_deviation_within_candidates(scores: list[float], expected: float) -> None:
    assert noise(scores) == pytest.approx(expected)


@pytest.mark.parametrize("scores", [[], [1.0], [[1.0], [2.0]], [[]]])
def test_noise_needs_two_scores_of_one_candidate(scores: list[float]) -> None:
    assert math.isnan(noise(scores))


def test_noise_estimates_the_deviation_between_seeds() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(200, 1)) + rng.normal(0, 0.1, (200, 3))
    assert noise(scores.tolist()) == pytest.approx(0.1, rel=0.1)


@pytest.mark.parametrize(
    ("call", "got"),
    [
        (lambda: fold_mean([]), "no scores"),
        (lambda: out_of_fold([]), "0 parts"),
        (lambda: out_of_fold([(np.array([0, 1]), [0.5])]), "[(2, 1)]"),
    ],
)
def test_nothing_to_take_together_is_refused(call: object, got: str) -> None:
    with pytest.raises(DataError) as raised:
        call()  # type: ignore[operator]
    assert got in raised.value.got
    assert raised.value.fix
