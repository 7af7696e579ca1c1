import datetime

import numpy as np
import pandas as pd
import pytest

from layersmith.data.columns import infer_roles, numbers
from layersmith.errors import DataError

ROWS = 40


def roles(**columns):
    return infer_roles(pd.DataFrame({"base": np.arange(ROWS) % 7, **columns}))


def role_of(values):
    found = roles(it=values)
    return next((role for role in ("numeric", "categorical", "dates") if "it" in getattr(found, role)), "dropped")


@pytest.mark.parametrize(
    ("values", "role"),
    [
        (np.arange(ROWS), "numeric"),
        (np.arange(ROWS) % 3, "numeric"),
        (np.arange(ROWS) % 2 == 0, "numeric"),
        (np.linspace(0, 1, ROWS), "numeric"),
        ([None, 1.5] * 20, "numeric"),
        (pd.array([None, 1] * 20, dtype="Int64"), "numeric"),
        (pd.to_timedelta(np.arange(ROWS), unit="h"), "numeric"),
        (["1", "2.5"] * 20, "numeric"),
        (["1", "?"] * 20, "numeric"),
        (["a", "b"] * 20, "categorical"),
        (["a", None] * 20, "categorical"),
        (["a", 1] * 20, "categorical"),
        (pd.Categorical(["a", "b"] * 20), "categorical"),
        (pd.Categorical([1, None] * 20), "numeric"),
        (pd.Categorical(pd.to_datetime(["2020-01-01", "2020-01-02"] * 20)), "dates"),
        (pd.cut(np.arange(ROWS), 3), "categorical"),
        (pd.arrays.SparseArray([0.0, 1.0] * 20), "numeric"),
        ([10**30, 1] * 20, "numeric"),
        (pd.date_range("2020-01-01", periods=ROWS), "dates"),
        (pd.date_range("2020-01-01", periods=ROWS, tz="Europe/Rome"), "dates"),
        (pd.period_range("2020-01", periods=ROWS, freq="M"), "dates"),
        ([datetime.date(2020, 1, 1 + i % 28) for i in range(ROWS)], "dates"),
        (["2020-01-01", "2020-01-02"] * 20, "dates"),
        ([1] * ROWS, "dropped"),
        (["a"] * ROWS, "dropped"),
        ([None] * ROWS, "dropped"),
        (["?", ""] * 20, "dropped"),
        ([np.nan] * ROWS, "dropped"),
        ([pd.Timestamp("2020-01-01")] * ROWS, "dropped"),
        ([f"user {i}" for i in range(ROWS)], "dropped"),
    ],
)
def test_role(values, role):
    assert role_of(values) == role


def test_dropped_columns_are_said():
    notes = roles(one=1, name=[f"user {i}" for i in range(ROWS)], none=None, Id=np.arange(ROWS)).notes
    assert any("'one' is constant" in note for note in notes)
    assert any("'name' has 40 different values in 40 rows" in note for note in notes)
    assert any("'none' has no value at all" in note for note in notes)
    assert any("'Id' only counts the rows" in note for note in notes)


def test_an_identifier_needs_enough_rows():
    assert infer_roles(pd.DataFrame({"name": ["ann", "bob", "cat"]})).categorical == ("name",)


def test_numbers_with_units_are_said():
    weights = roles(weight=[f"{i % 9},5 kg" for i in range(ROWS)])
    assert weights.categorical == ("weight",)
    assert "'0,5 kg'" in weights.notes[0]
    unique = roles(weight=[f"{i},5 kg" for i in range(ROWS)])
    assert "weight" not in unique.used
    assert "'0,5 kg'" in unique.notes[0]


def test_numbered_words_are_plain_categories():
    assert not roles(status=["1. Married", "2. Single"] * 20).notes


def test_text_that_reads_as_numbers_is_said():
    assert "reads as numbers" in roles(price=["1", "2.5"] * 20).notes[0]


def test_a_column_with_missing_values_is_not_constant():
    assert role_of([1.0, None] * 20) == "numeric"
    assert role_of(["a", None] * 20) == "categorical"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([True, False], [1, 0]),
        (["1e3", " 2 "], [1000, 2]),
        (["x", "2"], [np.nan, 2]),
        (pd.array([None, 3], dtype="Int8"), [np.nan, 3]),
        (pd.Categorical([4, 5]), [4, 5]),
        (pd.to_timedelta(["12h", "2D"]), [0.5, 2]),
    ],
)
def test_numbers(values, expected):
    np.testing.assert_array_equal(numbers(pd.Series(values)), expected)


def test_too_large_for_float32_is_infinite():
    with pytest.raises(DataError, match="infinite"):
        numbers(pd.Series([1.0, 1e39], name="z"))


def test_numbers_that_do_not_vary_stay_where_a_model_expects_every_column():
    frame = pd.DataFrame({"one": [1.0] * 4, "base": range(4), "same": ["a"] * 4})
    assert infer_roles(frame).numeric == ("base",)
    assert infer_roles(frame, keep_constant=True).numeric == ("one", "base")
