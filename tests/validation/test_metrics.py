"""Metrics agree with their definitions, and with scikit-learn."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from layersmith.data.spec import Kind, Task
from layersmith.errors import DataError, UnknownNameError
from layersmith.validation.metrics import (
    METRICS,
    align,
    better,
    default_metric,
    metric_for,
    metric_named,
    report_metrics,
)

RNG = np.random.default_rng(0)
Y = np.array([0, 0, 1, 1, 1, 0])
P = np.array([0.1, 0.6, 0.8, 0.4, 0.9, 0.2])
CLASSES = np.array([0, 1, 2, 2, 1, 0])
CHANCES = RNG.dirichlet(np.ones(3), 6)
LABELS = np.array([[1, 0], [0, 1], [1, 1], [0, 0]])
MARKS = np.array([[0.9, 0.2], [0.4, 0.7], [0.6, 0.3], [0.1, 0.2]])


def compute(name: str, y: object, p: object) -> float:
    return metric_named(name).compute(y, p)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("accuracy", 4 / 6),
        ("balanced_accuracy", 2 / 3),
        ("f1", 2 / 3),
        ("auc", 8 / 9),
        ("brier", np.mean((Y - P) ** 2)),
        ("log_loss", -np.mean(np.log(np.where(Y == 1, P, 1 - P)))),
    ],
)
@pytest.mark.parametrize("column", [False, True])
def test_binary(name: str, expected: float, column: bool) -> None:
    p = P[:, None].astype(np.float32) if column else P
    assert compute(name, Y.astype(np.int32), p) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("accuracy", np.mean(CHANCES.argmax(1) == CLASSES)),
        ("balanced_accuracy", sk.balanced_accuracy_score(CLASSES, CHANCES.argmax(1))),
        ("macro_f1", sk.f1_score(CLASSES, CHANCES.argmax(1), average="macro")),
        ("auc_ovr", sk.roc_auc_score(CLASSES, CHANCES, multi_class="ovr")),
        ("log_loss", sk.log_loss(CLASSES, CHANCES)),
    ],
)
def test_multiclass(name: str, expected: float) -> None:
    assert compute(name, CLASSES, CHANCES) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("subset_accuracy", 0.75),
        ("micro_f1", 6 / 7),
        ("macro_auc", (1 + 0.875) / 2),
        ("log_loss", -np.mean(np.log(np.where(LABELS == 1, MARKS, 1 - MARKS)))),
    ],
)
def test_multilabel(name: str, expected: float) -> None:
    if name == "macro_auc":
        expected = sk.roc_auc_score(LABELS, MARKS, average="macro")
    assert compute(name, LABELS, MARKS) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("rmse", math.sqrt(5 / 3)), ("mae", 1.0), ("mape", (0 + 1 / 2 + 2 / 4) / 3), ("r2", 1 - 5 / (14 / 3))],
)
def test_regression(name: str, expected: float) -> None:
    assert compute(name, [1.0, 2.0, 4.0], [[1.0], [3.0], [2.0]]) == pytest.approx(expected)


def test_several_outputs_are_one_population_for_rmse_and_mae() -> None:
    y, p = np.zeros((2, 2)), np.array([[3.0, 0.0], [3.0, 0.0]])
    assert compute("rmse", y, p) == pytest.approx(math.sqrt(4.5))
    assert compute("mae", y, p) == 1.5


@pytest.mark.parametrize(
    ("name", "y", "p"),
    [
        ("auc", [1, 1], [0.2, 0.9]),
        ("auc_ovr", [1, 1], [[0.2, 0.8], [0.3, 0.7]]),
        ("macro_auc", [[1, 1], [1, 1]], [[0.2, 0.8], [0.3, 0.7]]),
        ("r2", [2.0, 2.0], [1.0, 3.0]),
        ("r2", [2.0], [1.0]),
        ("rmse", [1.0, 2.0], [np.nan, 2.0]),
        ("accuracy", [0, 1], [np.inf, 0.0]),
        ("log_loss", [], []),
    ],
)
def test_what_is_not_defined_is_nan(name: str, y: list[float], p: list[float]) -> None:
    assert math.isnan(compute(name, y, p))


def test_a_class_without_rows_is_left_out_of_means_over_classes() -> None:
    y, p = np.array([0, 1, 0, 1]), np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.5, 0.4, 0.1], [0.1, 0.2, 0.7]])
    assert compute("balanced_accuracy", y, p) == 0.75
    assert compute("auc_ovr", y, p) == pytest.approx((1.0 + 0.75) / 2)
    assert math.isfinite(compute("log_loss", y, p))


def test_a_sure_mistake_costs_a_finite_log_loss() -> None:
    assert compute("log_loss", [1], [0.0]) == pytest.approx(-math.log(1e-7))
    assert compute("log_loss", [0], [[0.0, 1.0]]) == pytest.approx(-math.log(1e-7), rel=1e-6)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=40))
def test_every_binary_metric_is_finite_or_nan_and_within_its_range(rows: list[tuple[bool, float]]) -> None:
    y, p = np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows])
    for name in report_metrics(Task.BINARY, Kind.TABLE):
        value = compute(name, y, p)
        assert (
            math.isnan(value) if name == "auc" and np.ptp(y) == 0 else 0 <= value <= (17 if name == "log_loss" else 1)
        )


@pytest.mark.parametrize(
    ("y", "p"),
    [([0, 1], [0.5]), ([[1, 0]], [1.0]), ([0, 1], np.zeros((2, 2, 2))), (np.zeros((2, 3)), np.zeros((2, 2)))],
)
def test_shapes_that_do_not_fit_are_refused(y: object, p: object) -> None:
    with pytest.raises(DataError, match="predictions of shape") as raised:
        align(y, p)  # type: ignore[arg-type]
    assert "same rows" in raised.value.fix


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as raised:
        metric_named("acuracy")
    assert raised.value.fix == "use 'accuracy'"


@pytest.mark.parametrize("task", list(Task))
def test_each_task_takes_the_metrics_it_shows_and_no_others(task: Task) -> None:
    for name in report_metrics(task, Kind.TABLE):
        assert metric_for(name, task) is METRICS[name]
    wrong = "rmse" if task.is_classification else "auc"
    with pytest.raises(UnknownNameError) as raised:
        metric_for(wrong, task)
    assert raised.value.got == f"unknown metric for {task.value} targets {wrong!r}"
    assert report_metrics(task, Kind.TABLE)[0] in raised.value.expected


@pytest.mark.parametrize(
    ("task", "kind", "imbalance", "targets", "expected"),
    [
        (Task.BINARY, Kind.TABLE, 0.24, [], "accuracy"),
        (Task.BINARY, Kind.SERIES, 0.1, [], "accuracy"),
        (Task.BINARY, Kind.TABLE, 0.06, [], "auc"),
        (Task.MULTICLASS, Kind.IMAGE, 0.01, [], "accuracy"),
        (Task.MULTILABEL, Kind.TABLE, 0.01, [], "micro_f1"),
        (Task.REGRESSION, Kind.TABLE, 0.0, [100.0, 200.0], "rmse"),
        (Task.MULTIREGRESSION, Kind.TABLE, 0.0, [[100.0, 200.0]], "rmse"),
        (Task.MULTIREGRESSION, Kind.FORECAST, 0.0, [[100.0, 200.0]], "mape"),
        (Task.MULTIREGRESSION, Kind.FORECAST, 0.0, [[1.0, 200.0]], "mae"),
        (Task.MULTIREGRESSION, Kind.FORECAST, 0.0, [[-100.0, 200.0]], "mae"),
    ],
)
def test_the_default_follows_task_and_targets(
    task: Task, kind: Kind, imbalance: float, targets: list[float], expected: str
) -> None:
    assert default_metric(task, kind, imbalance, targets) == expected


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("kind", list(Kind))
def test_the_default_is_among_the_metrics_shown(task: Task, kind: Kind) -> None:
    if kind is Kind.FORECAST and task is not Task.MULTIREGRESSION:
        return
    shown = report_metrics(task, kind)
    assert set(shown) <= set(METRICS)
    for imbalance in (0.05, 0.5):
        assert default_metric(task, kind, imbalance, [1.0, 2.0]) in shown


@pytest.mark.parametrize("name", sorted(METRICS))
def test_better_follows_the_direction_and_never_prefers_nan(name: str) -> None:
    assert METRICS[name].name == name
    assert better(name, 0.9, 0.1) == METRICS[name].higher_is_better
    assert better(name, 0.1, 0.9) != METRICS[name].higher_is_better
    assert not better(name, 0.5, 0.5)
    assert better(name, 0.5, math.nan)
    assert not better(name, math.nan, 0.5)
    assert not better(name, math.nan, math.nan)
