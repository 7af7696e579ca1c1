"""Linear models of images, series and windows."""

import numpy as np
import pytest

from layersmith.data.spec import Task
from layersmith.validation.linear import MAX_FEATURES, forecast_ridge, linear
from layersmith.validation.metrics import METRICS

RNG = np.random.default_rng(0)


def test_images_of_bytes_are_scaled() -> None:
    y = RNG.permutation(np.arange(200) % 2).astype(np.int32)
    x = RNG.integers(0, 60, (200, 8, 8, 1)).astype(np.uint8)
    x[y == 1, 2:5, 2:5] += 100
    p = linear(Task.BINARY, x[:150], y[:150], x[150:], seed=0)
    assert METRICS["accuracy"].compute(y[150:], p) == 1.0


def test_wide_rows_enter_by_their_principal_components() -> None:
    y = RNG.permutation(np.arange(120) % 3)
    x = RNG.normal(size=(120, 40, 30, 1)).astype(np.float32)
    assert x[0].size > MAX_FEATURES
    x += 2 * y[:, None, None, None]
    p = linear(Task.MULTICLASS, x[:90], y[:90], x[90:], seed=0)
    assert p.shape == (30, 3)
    assert METRICS["accuracy"].compute(y[90:], p) > 0.9
    assert (p == linear(Task.MULTICLASS, x[:90], y[:90], x[90:], seed=0)).all()


def test_constant_pixels_are_no_problem() -> None:
    x = np.zeros((40, 4, 4, 1), np.uint8)
    x[20:, 0, 0] = 255
    assert METRICS["accuracy"].compute(np.arange(40) >= 20, linear(Task.BINARY, x, np.arange(40) >= 20, x, seed=0)) == 1


@pytest.mark.parametrize(
    ("task", "y", "shape"),
    [
        (Task.MULTILABEL, RNG.integers(0, 2, (50, 2)).astype(np.float32), (50, 2)),
        (Task.REGRESSION, RNG.normal(size=50), (50,)),
        (Task.MULTIREGRESSION, RNG.normal(size=(50, 3)), (50, 3)),
    ],
)
def test_each_task_has_its_shape(task: Task, y: np.ndarray, shape: tuple[int, ...]) -> None:
    x = RNG.normal(size=(50, 6, 2)).astype(np.float32)
    assert linear(task, x, y, x, seed=0).shape == shape


def test_a_linear_target_of_a_series_is_found() -> None:
    x = RNG.normal(size=(200, 10, 2)).astype(np.float32)
    y = x[:, 3, 1] - 2 * x[:, 7, 0] + 5
    assert METRICS["r2"].compute(y[150:], linear(Task.REGRESSION, x[:150], y[:150], x[150:], seed=0)) > 0.99


def test_a_forecast_follows_a_trend_beyond_what_was_seen() -> None:
    series = 3 * np.arange(120.0) + np.tile([0, 5, -5, 1], 30)
    past = np.stack([series[start : start + 8] for start in range(108)])[..., None]
    future = np.stack([series[start + 8 : start + 12] for start in range(108)])
    forecast = forecast_ridge(past[:60], future[:60], past[-1:])
    assert forecast.shape == (1, 4)
    assert forecast == pytest.approx(future[-1:], rel=0.01)


def test_other_channels_help_a_forecast() -> None:
    signal = RNG.normal(size=300)
    series = np.concatenate([[0], signal[:-1]])  # what the other channel said a step before
    frame = np.stack([series, signal], axis=1)
    past = np.stack([frame[start : start + 5] for start in range(290)])
    future = np.stack([series[start + 5 : start + 6] for start in range(290)])
    forecast = forecast_ridge(past[:200], future[:200], past[200:])
    assert METRICS["r2"].compute(future[200:], forecast) > 0.99
