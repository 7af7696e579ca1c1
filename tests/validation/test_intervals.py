"""A score with its interval: the right method for each metric and each kind of rows."""

import math
import time

import numpy as np
import pytest

from layersmith.errors import DataError, UnknownNameError
from layersmith.validation.intervals import score, with_extra
from layersmith.validation.metrics import METRICS

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, 200)
P = np.clip(0.35 * Y + 0.65 * RNG.random(200), 0, 1)
CLASSES = RNG.integers(0, 3, 200)
CHANCES = RNG.dirichlet(np.ones(3), 200) * 0.5 + 0.5 * np.eye(3)[CLASSES] * RNG.random((200, 1))
CHANCES /= CHANCES.sum(axis=1, keepdims=True)
LABELS = RNG.integers(0, 2, (200, 4))
MARKS = np.clip(0.3 * LABELS + 0.7 * RNG.random((200, 4)), 0, 1)
VALUES = RNG.normal(10, 1, 200)
GUESSES = VALUES + RNG.normal(0, 0.5, 200)
CASES = [
    ("accuracy", Y, P, "Wilson"),
    ("accuracy", CLASSES, CHANCES, "Wilson"),
    ("subset_accuracy", LABELS, MARKS, "Wilson"),
    ("auc", Y, P, "DeLong"),
    ("auc_ovr", CLASSES, CHANCES, "DeLong"),
    ("macro_auc", LABELS, MARKS, "DeLong"),
    ("balanced_accuracy", Y, P, "BCa bootstrap"),
    ("f1", Y, P, "BCa bootstrap"),
    ("macro_f1", CLASSES, CHANCES, "BCa bootstrap"),
    ("micro_f1", LABELS, MARKS, "BCa bootstrap"),
    ("log_loss", CLASSES, CHANCES, "bootstrap-t"),
    ("brier", Y, P, "bootstrap-t"),
    ("rmse", VALUES, GUESSES, "bootstrap-t"),
    ("mae", VALUES, GUESSES, "bootstrap-t"),
    ("mape", VALUES, GUESSES, "bootstrap-t"),
    ("r2", VALUES, GUESSES, "BCa bootstrap"),
]


@pytest.mark.parametrize(("name", "y", "p", "method"), CASES)
def test_each_metric_has_its_method(name: str, y: np.ndarray, p: np.ndarray, method: str) -> None:
    result = score(name, y, p, seed=0, num_resamples=500)
    assert result.value == METRICS[name].compute(y, p)
    assert (result.metric, result.num_rows) == (name, 200)
    assert result.interval is not None
    assert result.interval.method == method
    assert result.interval.low < result.value < result.interval.high


@pytest.mark.parametrize(("name", "y", "p", "method"), CASES)
def test_clusters_and_time_order_change_the_method(name: str, y: np.ndarray, p: np.ndarray, method: str) -> None:
    ranked = method == "DeLong"
    clustered = score(name, y, p, seed=0, num_resamples=500, clusters=np.arange(200) // 4).interval
    in_time = score(name, y, p, seed=0, num_resamples=500, ordered=True).interval
    assert clustered is not None
    assert in_time is not None
    assert clustered.method == (method if ranked or method == "bootstrap-t" else "BCa bootstrap")
    assert in_time.method == ("DeLong" if ranked else "moving-block bootstrap")


def test_every_metric_is_covered_here() -> None:
    assert {case[0] for case in CASES} == set(METRICS)


def test_a_higher_level_is_wider() -> None:
    for name, y, p, _ in CASES:
        widths = [
            interval.high - interval.low
            for level in (0.8, 0.99)
            if (interval := score(name, y, p, seed=0, level=level, num_resamples=500).interval)
        ]
        assert widths[0] < widths[1]


def test_copies_do_not_narrow_the_interval() -> None:
    once = score("rmse", VALUES, GUESSES, seed=0).interval
    tiled = score("rmse", np.tile(VALUES, 5), np.tile(GUESSES, 5), seed=0, clusters=np.tile(np.arange(200), 5)).interval
    assert once is not None
    assert tiled is not None
    assert tiled.high - tiled.low == pytest.approx(once.high - once.low, rel=0.1)


def test_clusters_of_single_rows_are_no_clusters() -> None:
    result = score("accuracy", Y, P, seed=0, clusters=RNG.permutation(200))
    assert result == score("accuracy", Y, P, seed=0)


def test_a_forecast_of_one_window_is_resampled_by_its_steps() -> None:
    truth = np.arange(1.0, 25.0)[None]
    result = score("mae", truth, truth + RNG.normal(0, 1, (1, 24)), seed=0, ordered=True)
    assert result.num_rows == 1
    assert result.interval is not None
    assert result.interval.method == "moving-block bootstrap"
    assert result.interval.low < result.value < result.interval.high


def test_windows_that_share_targets_are_resampled_in_blocks_as_long_as_the_horizon() -> None:
    errors = np.random.default_rng(1).normal(size=311)
    windows = np.stack([errors[start : start + 12] for start in range(300)])
    blocks = score("rmse", windows, np.zeros_like(windows), seed=0, ordered=True).interval
    alone = score("rmse", windows, np.zeros_like(windows), seed=0).interval
    assert blocks is not None
    assert alone is not None
    assert blocks.high - blocks.low > 1.5 * (alone.high - alone.low)


@pytest.mark.parametrize("ties", [{"clusters": np.arange(40) // 2}, {"ordered": True}])
def test_no_mistake_in_clusters_still_leaves_room(ties: dict[str, object]) -> None:
    interval = score("accuracy", np.ones(40), np.ones(40), seed=0, **ties).interval  # type: ignore[arg-type]
    alone = score("accuracy", np.ones(40), np.ones(40), seed=0).interval
    assert interval is not None
    assert alone is not None
    assert interval.low < alone.low < interval.high == 1.0


def test_what_is_not_defined_has_no_interval() -> None:
    result = score("auc", np.ones(5), P[:5], seed=0)
    assert math.isnan(result.value)
    assert result.interval is None
    assert score("rmse", [1.0], [2.0], seed=0).interval is None


def test_extra_metrics_stand_beside() -> None:
    result = with_extra(score("accuracy", Y, P, seed=0), Y, P, ("accuracy", "auc", "f1"))
    assert set(result.extra) == {"auc", "f1"}
    assert result.extra["auc"] == METRICS["auc"].compute(Y, P)


def test_the_seed_decides() -> None:
    first, again, other = (score("mae", VALUES, GUESSES, seed=seed) for seed in (0, 0, 1))
    assert first == again != other


@pytest.mark.parametrize(
    ("arguments", "error", "got"),
    [
        ({"metric": "rsme"}, UnknownNameError, "unknown metric"),
        ({"level": 95}, DataError, "a level of 95"),
        ({"num_resamples": 0}, DataError, "0 resamples"),
        ({"clusters": [0, 1]}, DataError, "2 cluster ids for 200 rows"),
        ({"p": GUESSES[:9]}, DataError, "shape (9,)"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, object], error: type[Exception], got: str) -> None:
    given = {"metric": "rmse", "y": VALUES, "p": GUESSES, "seed": 0, **arguments}
    metric, y, p = given.pop("metric"), given.pop("y"), given.pop("p")
    with pytest.raises(error) as raised:
        score(metric, y, p, **given)  # type: ignore[arg-type]
    assert got in raised.value.got  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["rmse", "auc"])
def test_ten_thousand_rows_are_quick(name: str) -> None:
    rng = np.random.default_rng(2)
    y = rng.integers(0, 2, 10_000)
    start = time.process_time()
    score(name, y, rng.random(10_000), seed=0)
    assert time.process_time() - start < 3.0  # about 0.3 s with nothing else to do
