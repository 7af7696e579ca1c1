"""Raw inputs to features, with statistics of training rows only."""

import keras
import numpy as np
import pytest

from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.errors import DataError
from layersmith.families import stem
from layersmith.families.view import View

ROWS = np.arange(40)


def table(num_numeric=3, num_categorical=0, missing=()):
    return DataSpec(
        kind=Kind.TABLE,
        task=Task.REGRESSION,
        num_outputs=1,
        num_rows=60,
        num_numeric=num_numeric,
        num_categorical=num_categorical,
        vocabulary=9,
        missing=missing,
    )


def numbers(columns=3, rows=60, seed=0):
    return np.random.default_rng(seed).normal(5, 2, (rows, columns)).astype("float32")


def fitted(spec, x, rows=ROWS, view=None):
    view = view or View()
    raw = stem.inputs(spec)
    model = keras.Model(raw, stem.features(raw, spec, view))
    return model, stem.fit(model, spec, x, rows, view)


def features(spec, x, rows=ROWS, view=None):
    return stem.run(fitted(spec, x, rows, view)[0], x)


def statistics(model):
    return [keras.ops.convert_to_numpy(weight) for weight in model.weights]


def robust(values):
    """Return RealMLP's scaling in NumPy: median, quartiles, smooth clip at 3."""
    low, center, high = np.nanquantile(values[ROWS].astype("float64"), [0.25, 0.5, 0.75], axis=0)
    scaled = (values - center) / (high - low)
    return scaled / np.sqrt(1 + (scaled / 3) ** 2)


def test_numeric_columns_follow_the_published_formula():
    values = numbers()
    np.testing.assert_allclose(features(table(), {"numeric": values})["features"], robust(values), atol=1e-5)


def test_float64_input_is_taken():
    values = numbers()
    given = features(table(), {"numeric": values.astype("float64")})["features"]
    np.testing.assert_allclose(given, features(table(), {"numeric": values})["features"], atol=1e-6)


def test_the_middle_of_the_training_rows_is_0():
    scaled = features(table(), {"numeric": numbers()})["features"][ROWS]
    np.testing.assert_allclose(np.median(scaled, axis=0), 0.0, atol=0.05)


@pytest.mark.parametrize("kind", [Kind.TABLE, Kind.SERIES, Kind.FORECAST])
def test_rows_outside_training_change_nothing(kind):
    if kind is Kind.TABLE:
        spec, name, values = table(), "numeric", numbers()
    else:
        spec = DataSpec(kind=kind, task=Task.MULTIREGRESSION, num_outputs=2, num_rows=60, shape=(4, 2))
        name, values = "series", numbers(8).reshape(60, 4, 2)
    other = values.copy()
    other[40:] = other[40:] * 1000 + 7
    first, second = (fitted(spec, {name: data})[0] for data in (values, other))
    for one, two in zip(statistics(first), statistics(second), strict=True):
        np.testing.assert_array_equal(one, two)
    moved = fitted(spec, {name: values + 1})[0]
    assert not all(np.array_equal(a, b) for a, b in zip(statistics(first), statistics(moved), strict=True))


@pytest.mark.parametrize("value", [1e4, 1e10, 1e19, 3e38, np.inf])
@pytest.mark.parametrize("sign", [1, -1])
def test_far_values_end_at_the_clip(value, sign):
    values = numbers()
    values[50, 1] = sign * value
    out = features(table(), {"numeric": values})["features"]
    assert np.isfinite(out).all()
    assert np.abs(out).max() <= 3.0
    assert out[50, 1] == pytest.approx(3 * sign, abs=1e-3)


def test_infinite_training_values_leave_the_scale_alone():
    values = numbers()
    wild = values.copy()
    wild[3, 1] = np.inf
    _, (center, spread) = fitted(table(), {"numeric": wild})
    kept = np.delete(values[ROWS, 1].astype("float64"), 3)
    assert center[1] == np.median(kept)
    assert spread[1] == np.subtract(*np.quantile(kept, [0.75, 0.25]))


def test_half_the_range_where_the_quartiles_coincide():
    values = np.zeros((60, 1), "float32")
    values[5], values[6] = -2.0, 6.0
    _, (center, spread) = fitted(table(1), {"numeric": values})
    assert (center[0], spread[0]) == (0.0, 4.0)


@pytest.mark.parametrize("constant", [0.0, 0.1, -7.0, 1e6])
def test_a_constant_column_says_nothing_even_where_new_rows_vary(constant):
    values = np.full((60, 1), constant, "float32")
    values[50:] = 123456.0
    np.testing.assert_allclose(features(table(1), {"numeric": values})["features"], 0.0, atol=1e-9)


def test_an_all_missing_column_says_only_that_it_is_missing():
    values = numbers(2)
    values[:50, 1] = np.nan
    out = features(table(2, missing=(1,)), {"numeric": values})["features"]
    np.testing.assert_allclose(out[:, 1], 0.0, atol=1e-9)
    np.testing.assert_array_equal(out[:, 2], [1.0] * 50 + [0.0] * 10)


def test_missing_becomes_the_median_and_an_indicator():
    values = numbers()
    values[2, 0] = values[45, 2] = np.nan
    out = features(table(missing=(0, 2)), {"numeric": values})["features"]
    assert out.shape == (60, 5)
    assert out[2, 0] == out[45, 2] == 0.0
    np.testing.assert_array_equal(out[:, 3:], np.isnan(values[:, [0, 2]]))
    seen = ~np.isnan(values)
    np.testing.assert_allclose(out[:, :3][seen], robust(values)[seen], atol=1e-5)


def test_every_column_may_be_missing():
    values = numbers()
    values[0] = np.nan
    out = features(table(missing=(0, 1, 2)), {"numeric": values})["features"]
    np.testing.assert_array_equal(out[0], [0, 0, 0, 1, 1, 1])


def test_a_column_complete_in_training_may_be_missing_later():
    values = numbers()
    model, _ = fitted(table(), {"numeric": values})
    new = values[:2].copy()
    new[0, 1] = np.nan
    out = stem.run(model, {"numeric": new})["features"]
    assert out.shape == (2, 3)
    assert out[0, 1] == 0.0
    assert np.isfinite(out).all()


def test_codes_pass_through():
    codes = np.random.default_rng(0).integers(0, 9, (60, 2)).astype("int32")
    out = features(table(0, 2), {"categorical": codes})
    assert list(out) == ["codes"]
    np.testing.assert_array_equal(out["codes"], codes)
    both = features(table(3, 2), {"numeric": numbers(), "categorical": codes})
    assert sorted(both) == ["codes", "features"]
    np.testing.assert_array_equal(both["codes"], codes)


def test_a_table_without_columns_is_refused():
    with pytest.raises(DataError, match="no column to learn from"):
        stem.inputs(table(0, 0))


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_images_are_scaled_to_1(dtype):
    spec = DataSpec(
        kind=Kind.IMAGE, task=Task.MULTICLASS, num_outputs=2, num_rows=4, shape=(3, 3, 1), pixel_range=255.0
    )
    pixels = np.random.default_rng(0).integers(0, 256, (4, 3, 3, 1)).astype(dtype)
    model, (center, spread) = fitted(spec, {"image": pixels}, np.arange(4))
    np.testing.assert_allclose(stem.run(model, {"image": pixels})["features"], pixels / 255.0, rtol=1e-6)
    assert center.size == spread.size == 0


def test_series_are_standardised_per_channel():
    spec = DataSpec(kind=Kind.SERIES, task=Task.BINARY, num_outputs=1, num_rows=60, shape=(4, 2))
    values = numbers(8).reshape(60, 4, 2) * [1, 50]
    values = values.astype("float32")
    seen = values[ROWS].reshape(-1, 2)
    out = features(spec, {"series": values})["features"]
    np.testing.assert_allclose(out, (values - seen.mean(axis=0)) / seen.std(axis=0), atol=1e-4)


def test_a_constant_channel_is_0():
    spec = DataSpec(kind=Kind.SERIES, task=Task.BINARY, num_outputs=1, num_rows=60, shape=(4, 2))
    values = numbers(8).reshape(60, 4, 2)
    values[..., 1] = 0.1
    out = features(spec, {"series": values})["features"]
    np.testing.assert_allclose(out[..., 1], 0.0, atol=1e-6)


def forecast(channels=2):
    return DataSpec(
        kind=Kind.FORECAST,
        task=Task.MULTIREGRESSION,
        num_outputs=3,
        num_rows=60,
        shape=(4, channels),
        positive=True,
    )


def test_forecast_windows_are_standardised_then_relative():
    values = numbers(8).reshape(60, 4, 2)
    out = features(forecast(), {"series": values}, view=View(scaling="last"))
    np.testing.assert_allclose(out["features"], out["window"] - out["window"][:, -1:], atol=1e-6)
    seen = values[ROWS].reshape(-1, 2)
    np.testing.assert_allclose(out["window"], (values - seen.mean(axis=0)) / seen.std(axis=0), atol=1e-4)


def test_logarithms_are_taken_first():
    values = np.exp(numbers(8).reshape(60, 4, 2))
    logs = np.log(values[ROWS].reshape(-1, 2).astype("float64"))
    out = features(forecast(), {"series": values}, view=View(log=True))["window"]
    np.testing.assert_allclose(out, (np.log(values) - logs.mean(axis=0)) / logs.std(axis=0), atol=1e-4)


def test_a_series_that_falls_to_zero_later_stays_finite():
    values = np.exp(numbers(8).reshape(60, 4, 2))
    values[55, 2:] = 0.0
    for scaling in ("last", "standard", "none"):
        out = features(forecast(), {"series": values}, view=View(scaling=scaling, log=True))
        assert all(np.isfinite(array).all() for array in out.values())


def test_one_training_row():
    out = features(table(), {"numeric": numbers()}, rows=np.arange(1))["features"]
    np.testing.assert_allclose(out, 0.0, atol=1e-9)


@pytest.mark.parametrize("chunk", [1, 7, 60, 1000])
def test_chunks_make_no_difference(chunk):
    model, _ = fitted(table(), {"numeric": numbers(rows=30)}, np.arange(30))
    whole = stem.run(model, {"numeric": numbers(rows=30)})["features"]
    parts = stem.run(model, {"numeric": numbers(rows=30)}, chunk=chunk)["features"]
    np.testing.assert_allclose(parts, whole, rtol=1e-6)


def test_no_rows_give_no_features():
    model, _ = fitted(table(), {"numeric": numbers()})
    assert stem.run(model, {"numeric": numbers(rows=0)})["features"].shape == (0, 3)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e6, -3.3e-5])
def test_moments_take_rounding_for_no_deviation(constant):
    mean, deviation = stem.moments(np.full((1001, 1), constant, "float32"))
    assert deviation[0] == 1.0
    assert mean[0] == pytest.approx(constant, rel=1e-6)


def test_moments_of_small_and_large_numbers():
    values = np.array([[1e-6, 1e9], [3e-6, 3e9]])
    mean, deviation = stem.moments(values)
    np.testing.assert_allclose(mean, [2e-6, 2e9])
    np.testing.assert_allclose(deviation, [1e-6, 1e9])
