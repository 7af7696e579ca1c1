"""Metrics as functions of row means equal the metrics themselves."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.validation.metrics import METRICS, align
from layersmith.validation.terms import TERMS

Rng = np.random.Generator
Case = Callable[[Rng], tuple[np.ndarray, np.ndarray]]


def _binary(rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    return rng.integers(0, 2, 30), rng.random(30)


def _multiclass(rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    return rng.integers(0, 3, 30), rng.dirichlet(np.ones(4), 30)


def _multilabel(rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    return rng.integers(0, 2, (30, 3)), rng.random((30, 3))


def _regression(rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(5, 1, 30), rng.normal(5, 1, (30, 1))


def _forecast(rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(5, 1, (30, 4)), rng.normal(5, 1, (30, 4))


CASES: list[tuple[str, Case]] = [
    *((name, _binary) for name in ("accuracy", "balanced_accuracy", "brier", "f1", "log_loss")),
    *((name, _multiclass) for name in ("accuracy", "balanced_accuracy", "macro_f1", "log_loss")),
    *((name, _multilabel) for name in ("subset_accuracy", "micro_f1", "log_loss")),
    *((name, _regression) for name in ("rmse", "mae", "mape", "r2")),
    *((name, _forecast) for name in ("rmse", "mae", "mape", "r2")),
]


@pytest.mark.parametrize(("name", "case"), CASES)
@given(seed=st.integers(0, 500))
def test_the_mean_of_the_terms_gives_the_metric(name: str, case: Case, seed: int) -> None:
    y, p = case(np.random.default_rng(seed))
    rows = TERMS[name].rows(*align(y, p))
    assert rows.shape[0] == len(y)
    assert TERMS[name].finish(rows.mean(axis=0)) == pytest.approx(METRICS[name].compute(y, p), rel=1e-9)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_any_number_of_resamples_is_finished_at_once(name: str, case: Case) -> None:
    rng = np.random.default_rng(1)
    y, p = align(*case(rng))
    chosen = rng.integers(0, len(y), (7, len(y)))
    means = TERMS[name].rows(y, p)[chosen].mean(axis=1)
    expected = [METRICS[name].compute(y[rows], p[rows]) for rows in chosen]
    assert TERMS[name].finish(means) == pytest.approx(expected, rel=1e-9)


def test_every_metric_but_rankings_has_terms() -> None:
    assert set(METRICS) - set(TERMS) == {"auc", "auc_ovr", "macro_auc"}
