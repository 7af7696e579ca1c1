"""Constants and reference models on every kind of data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from layersmith.data.spec import Kind, Task
from layersmith.validation.baselines import constant, reference
from layersmith.validation.metrics import METRICS

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not here")


@pytest.mark.parametrize(
    ("task", "y", "expected"),
    [
        (Task.BINARY, [0, 1, 1, 1], [0.75, 0.75]),
        (Task.MULTICLASS, [0, 1, 1, 2], [[0.25, 0.5, 0.25]] * 2),
        (Task.MULTILABEL, [[1, 0], [1, 1]], [[1.0, 0.5]] * 2),
        (Task.REGRESSION, [1.0, 2.0, 6.0], [3.0, 3.0]),
        (Task.MULTIREGRESSION, [[1.0, 2.0], [3.0, 6.0]], [[2.0, 4.0]] * 2),
    ],
)
def test_a_constant_is_the_share_or_the_mean(task: Task, y: list[float], expected: list[float]) -> None:
    p = constant(task, np.array(y), 2)
    assert p.tolist() == expected
    assert p.dtype == np.float32


def test_the_constant_of_a_forecast_repeats_the_past() -> None:
    windows = np.arange(12.0).reshape(2, 6, 1)
    y_train = np.zeros((9, 3))
    assert constant(Task.MULTIREGRESSION, y_train, 2, windows=windows).tolist() == [[5, 5, 5], [11, 11, 11]]
    assert constant(Task.MULTIREGRESSION, y_train, 2, windows=windows, season=2).tolist() == [[4, 5, 4], [10, 11, 10]]


def test_the_majority_has_the_accuracy_of_its_share() -> None:
    y = np.array([0, 0, 0, 1, 2])
    assert METRICS["accuracy"].compute(y, constant(Task.MULTICLASS, y, 5)) == 0.6


@pytest.mark.parametrize(
    ("kind", "task", "name"),
    [
        (Kind.TABLE, Task.BINARY, "gradient boosting"),
        (Kind.IMAGE, Task.MULTICLASS, "logistic regression"),
        (Kind.SERIES, Task.REGRESSION, "ridge regression"),
        (Kind.FORECAST, Task.MULTIREGRESSION, "ridge regression on the window"),
    ],
)
def test_each_kind_has_its_reference(kind: Kind, task: Task, name: str) -> None:
    rng = np.random.default_rng(0)
    x = {
        Kind.TABLE: {"numeric": rng.normal(size=(40, 3))},
        Kind.IMAGE: {"image": rng.random((40, 5, 5, 3))},
        Kind.SERIES: {"series": rng.normal(size=(40, 7, 2))},
        Kind.FORECAST: {"series": rng.normal(size=(40, 7, 2))},
    }[kind]
    y = rng.permutation(np.arange(40) % 2) if task.is_classification else rng.normal(size=40)
    y = rng.normal(size=(40, 2)) if task is Task.MULTIREGRESSION else y
    found, p = reference(kind, task, x, y, x, seed=0)
    again = reference(kind, task, x, y, x, seed=0)[1]
    assert found == name
    assert (p == again).all()
    assert np.isfinite(p).all()
    assert not np.isnan(METRICS["log_loss" if task.is_classification else "rmse"].compute(y, p))


@REAL
def test_wages_are_predicted_better_than_by_their_mean() -> None:
    frame = pd.read_csv(DATA / "wage.csv.gz")
    train = (frame.pop("split") == "train").to_numpy()
    y = frame.pop("wage").to_numpy("float32")
    text = [name for name in frame if name not in ("year", "age")]
    x = {
        "numeric": frame[["year", "age"]].to_numpy("float32"),
        "categorical": np.stack([pd.factorize(frame[name])[0] for name in text], axis=1).astype(np.int32),
    }
    parts = [{name: values[rows] for name, values in x.items()} for rows in (train, ~train)]
    p = reference(Kind.TABLE, Task.REGRESSION, parts[0], y[train], parts[1], seed=0)[1]
    mean = constant(Task.REGRESSION, y[train], int((~train).sum()))
    assert METRICS["rmse"].compute(y[~train], p) < 0.85 * METRICS["rmse"].compute(y[~train], mean)


@REAL
@pytest.mark.parametrize(("file", "least"), [("gunpoint", 0.75), ("italypower", 0.94), ("basicmotions", 0.7)])
def test_series_of_the_archive_are_classified(file: str, least: float) -> None:
    with np.load(DATA / f"{file}.npz") as archive:
        x, y, train, test = (archive[name] for name in ("x", "y", "train", "test"))
    y = np.unique(y, return_inverse=True)[1]
    task = Task.BINARY if y.max() == 1 else Task.MULTICLASS
    p = reference(Kind.SERIES, task, {"series": x[train]}, y[train], {"series": x[test]}, seed=0)[1]
    assert METRICS["accuracy"].compute(y[test], p) > least
