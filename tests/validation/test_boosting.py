"""Gradient boosting takes tables as they come."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from layersmith.data.spec import Task
from layersmith.validation.boosting import MAX_CATEGORIES, boost
from layersmith.validation.metrics import METRICS

RNG = np.random.default_rng(0)


def boosted(*data: Any, **how: Any) -> NDArray[np.float32]:
    return boost(*data, **how)[1]


def _table(rows: int = 300) -> dict[str, np.ndarray]:
    numeric = RNG.normal(size=(rows, 3)).astype(np.float32)
    numeric[RNG.random((rows, 3)) < 0.2] = np.nan
    return {"numeric": numeric, "categorical": RNG.integers([0, 6], [6, 12], (rows, 2)).astype(np.int32)}


def test_a_category_that_decides_is_learned() -> None:
    x = _table()
    y = np.isin(x["categorical"][:, 0], [0, 3, 4]).astype(np.int32)
    p = boosted(Task.BINARY, x, y, x, seed=0)
    assert METRICS["accuracy"].compute(y, p) == 1.0


def test_missing_values_carry_information() -> None:
    x = {"numeric": _table()["numeric"]}
    y = np.isnan(x["numeric"][:, 1]).astype(np.float32)
    assert METRICS["r2"].compute(y, boosted(Task.REGRESSION, x, y, x, seed=0)) > 0.95


def test_more_categories_than_the_trees_can_take_enter_in_order() -> None:
    codes = np.repeat(np.arange(2 * MAX_CATEGORIES), 3)[:, None].astype(np.int32)
    y = (codes[:, 0] > MAX_CATEGORIES).astype(np.int32)
    p = boosted(Task.BINARY, {"categorical": codes}, y, {"categorical": codes}, seed=0)
    assert METRICS["accuracy"].compute(y, p) > 0.98


def test_a_category_not_seen_in_training_is_missing_not_an_error() -> None:
    x = _table()
    y = x["categorical"][:, 0].astype(np.float32)
    unseen = {**x, "categorical": x["categorical"] + 1000}
    assert np.isfinite(boosted(Task.REGRESSION, x, y, unseen, seed=0)).all()


def test_columns_not_chosen_are_no_categories() -> None:
    codes = RNG.integers(0, 40, (300, 1)).astype(np.int32)
    y = (codes[:, 0] % 2).astype(np.float32)
    chosen, none = (
        METRICS["rmse"].compute(
            y,
            boosted(
                Task.REGRESSION, {"categorical": codes}, y, {"categorical": codes}, categorical_columns=each, seed=0
            ),
        )
        for each in ([0], [])
    )
    assert chosen != pytest.approx(none, rel=0.05)


def test_a_column_without_any_value_is_left_out() -> None:
    x = {"numeric": np.stack([np.arange(50.0), np.full(50, np.nan)], axis=1).astype(np.float32)}
    assert boosted(Task.REGRESSION, x, np.arange(50.0), x, seed=0).shape == (50,)


def test_a_constant_table_predicts_the_mean() -> None:
    x = {"numeric": np.ones((40, 1), np.float32)}
    y = np.arange(40.0)
    assert boosted(Task.REGRESSION, x, y, x, seed=0) == pytest.approx(np.full(40, 19.5))


@pytest.mark.parametrize(
    ("task", "y", "shape"),
    [
        (Task.BINARY, RNG.integers(0, 2, 300), (5,)),
        (Task.MULTICLASS, RNG.permutation(np.arange(300) % 4), (5, 4)),
        (Task.MULTILABEL, RNG.integers(0, 2, (300, 2)).astype(np.float32), (5, 2)),
        (Task.REGRESSION, RNG.normal(size=300), (5,)),
        (Task.MULTIREGRESSION, RNG.normal(size=(300, 3)), (5, 3)),
    ],
)
def test_each_task_has_its_shape(task: Task, y: np.ndarray, shape: tuple[int, ...]) -> None:
    x = _table()
    p = boosted(task, x, y, {name: values[:5] for name, values in x.items()}, seed=0)
    assert p.shape == shape
    assert p.dtype == np.float32


def test_training_stops_early_where_rows_can_judge() -> None:
    x = {"numeric": RNG.normal(size=(1500, 2)).astype(np.float32)}
    y = x["numeric"][:, 0] + RNG.normal(0, 2, 1500)
    fresh = {"numeric": RNG.normal(size=(1500, 2)).astype(np.float32)}
    assert METRICS["rmse"].compute(fresh["numeric"][:, 0], boosted(Task.REGRESSION, x, y, fresh, seed=0)) < 0.8


def test_a_rare_class_among_many_rows_is_no_error() -> None:
    x = {"numeric": RNG.normal(size=(1200, 2)).astype(np.float32)}
    y = np.array([0, 1] * 599 + [2, 2])
    assert boosted(Task.MULTICLASS, x, y, x, seed=0).shape == (1200, 3)


@pytest.mark.parametrize("rows", [300, 1200], ids=["a number of trees", "early stopping"])
def test_time_that_suffices_changes_nothing(rows: int) -> None:
    x, y = _table(rows), RNG.integers(0, 3, rows)
    name, predictions = boost(Task.MULTICLASS, x, y, x, seed=0, seconds=1e9)
    assert name == "gradient boosting"
    assert np.array_equal(predictions, boosted(Task.MULTICLASS, x, y, x, seed=0))


@pytest.mark.parametrize(("task", "columns"), [(Task.BINARY, None), (Task.MULTILABEL, 2)])
def test_where_time_ends_it_the_name_says_so(task: Task, columns: int | None) -> None:
    x, y = _table(), RNG.integers(0, 2, 300 if columns is None else (300, columns))
    name, predictions = boost(task, x, y, x, seed=0, seconds=0.0)
    assert name == "gradient boosting (5 trees in the time left)"
    assert np.isfinite(predictions).all()
    assert not np.array_equal(predictions, boosted(task, x, y, x, seed=0))
