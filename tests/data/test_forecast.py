import numpy as np
import pandas as pd
import pytest

from layersmith.data import Kind, ReadOptions, Task, encode, read


def sales(steps=60, **columns):
    months = pd.date_range("2000-01-01", periods=steps, freq="MS").strftime("%Y-%m")
    return pd.DataFrame({"month": months, "sales": np.sin(np.arange(steps)) + np.arange(steps), **columns})


def forecast(frame, **options):
    return read(frame, options=ReadOptions(forecast="sales", **options))


def said(problem, part):
    return any(part in note for note in problem.notes)


def test_airline(real_data):
    problem = read(real_data / "airline.csv", options=ReadOptions(forecast="passengers"))
    assert (problem.kind, problem.task) == (Kind.FORECAST, Task.MULTIREGRESSION)
    assert problem.targets.shape == (109, 12)
    assert problem.ordered
    assert problem.horizon == 12
    assert problem.starts[[0, -1]].tolist() == [24, 132]
    for part in ("season: 12", "horizon: 12", "lookback: 24", "109 windows from 144"):
        assert said(problem, part)
    spec = encode(problem, np.arange(80)).spec
    assert spec.shape == (24, 1)
    assert spec.num_outputs == 12
    assert spec.positive


def test_windows_hold_the_series():
    problem = forecast(sales(), horizon=3, lookback=10)
    dataset = encode(problem, np.arange(problem.num_rows))
    values = sales().sales.to_numpy(dtype=np.float32)
    np.testing.assert_array_equal(dataset.x["series"][5, :, 0], values[5:15])
    np.testing.assert_array_equal(dataset.y[5], values[15:18])
    assert not said(problem, "horizon: ")


def test_unsorted_dates_are_sorted():
    mixed = forecast(sales().sample(frac=1, random_state=1))
    np.testing.assert_array_equal(mixed.targets, forecast(sales()).targets)
    assert said(mixed, "rows were sorted by 'month'")


def test_the_column_of_dates_can_be_named():
    other = pd.date_range("1990-01-01", periods=60).strftime("%Y-%m-%d")
    frame = pd.concat([pd.DataFrame({"booked": other[::-1]}), sales()], axis=1)
    assert forecast(frame).content.date_column == "booked"
    named = forecast(frame, time="month")
    assert named.content.date_column == "month"
    np.testing.assert_array_equal(named.targets, forecast(sales()).targets)


def test_gaps_in_dates_are_said():
    assert said(forecast(sales().drop(index=[7, 8]).reset_index(drop=True)), "irregular")


def test_further_numeric_columns_are_channels():
    problem = forecast(sales(tax=np.arange(60) % 5, note="x", one=1, gap=[None, 1.0] * 30))
    assert problem.content.names == ("sales", "tax")
    assert encode(problem, np.arange(5)).spec.shape[-1] == 2
    assert said(problem, "note, one, gap")


def test_dates_in_the_index():
    frame = sales().drop(columns="month").set_index(pd.date_range("2000-01-01", periods=60, freq="MS"))
    np.testing.assert_array_equal(forecast(frame).targets, forecast(sales()).targets)
    periods = frame.set_index(pd.period_range("2000-01", periods=60, freq="M"))
    assert forecast(periods).content.frequency == "MS"


@pytest.mark.parametrize("shape", [(60,), (60, 2)])
def test_arrays(shape):
    x = np.random.default_rng(0).normal(size=shape)
    problem = read(x, options=ReadOptions(kind="forecast", horizon=4, lookback=9))
    assert encode(problem, np.arange(20)).spec.shape == (9, 1 if len(shape) == 1 else 2)
    assert problem.target_names == ("series",)


def test_the_only_numeric_column_needs_no_name():
    assert read(sales(), options=ReadOptions(kind="forecast")).target_names == ("sales",)


def test_the_users_own_test_steps():
    frame = sales(split=["train"] * 40 + ["test"] * 20)
    problem = forecast(frame, horizon=4, lookback=8)
    np.testing.assert_array_equal(problem.starts[problem.holdout], np.arange(40, 57))
    np.testing.assert_array_equal(problem.starts[problem.excluded], [37, 38, 39])
    assert "split" not in problem.content.names
    mixed = forecast(frame.sample(frac=1, random_state=2), horizon=4, lookback=8)
    np.testing.assert_array_equal(mixed.holdout, problem.holdout)


def test_negative_values_are_not_positive():
    problem = forecast(sales(sales=np.sin(np.arange(60.0))))
    assert not encode(problem, np.arange(10)).spec.positive
