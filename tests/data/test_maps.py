"""The three fitted inputs, each on its own: `table_map`, `array_map`, `window_map`."""

import numpy as np
import pandas as pd
import pytest

from layersmith.data.array_map import ArrayMap, pixel_range
from layersmith.data.columns import infer_roles
from layersmith.data.content import TableContent
from layersmith.data.spec import Kind
from layersmith.data.table_map import TableMap, fit_table
from layersmith.data.window_map import WindowMap
from layersmith.errors import DataError

FRAME = pd.DataFrame(
    {
        "n": np.arange(12) % 5,
        "c": ["a", "b", "a"] * 4,
        "d": pd.date_range("2024-01-01", periods=12),
        "k": ["x", "y"] * 6,
    }
)


@pytest.fixture
def table():
    return fit_table(TableContent(frame=FRAME, roles=infer_roles(FRAME)), np.arange(6))


def test_numbers_come_before_dates(table):
    assert table.numeric_names == ("n", "d.day", "d.weekday", "d.elapsed")
    arrays = table.arrays(FRAME)
    np.testing.assert_array_equal(arrays["numeric"][1], [1, 2, 1, 1])
    assert arrays["numeric"].shape == (12, table.num_numeric)


def test_codes_lie_side_by_side(table):
    codes = table.arrays(FRAME)["categorical"]
    assert table.vocabulary == 6
    assert codes[:3].tolist() == [[1, 4], [2, 5], [1, 4]]


def test_later_dates_go_on_counting(table):
    assert table.arrays(FRAME)["numeric"][:, 3].tolist() == list(range(12))


def test_a_table_may_lack_either_part():
    numbers = TableMap(columns=("n",), numeric=("n",), dates=(), categories=())
    assert list(numbers.arrays(FRAME)) == ["numeric"]
    roles = infer_roles(FRAME[["c"]])
    words = fit_table(TableContent(frame=FRAME[["c"]], roles=roles), np.arange(12))
    assert list(words.arrays(FRAME)) == ["categorical"]


def test_arrays_keep_shape_and_kind():
    mapped = ArrayMap(kind=Kind.IMAGE, shape=(8, 9, 1))
    assert mapped.arrays(np.zeros((3, 8, 9, 1)))["image"].shape == (3, 8, 9, 1)
    assert mapped.arrays(np.zeros((3, 8, 9)))["image"].shape == (3, 8, 9, 1)
    assert mapped.arrays(np.zeros((8, 9)))["image"].shape == (1, 8, 9, 1)
    with pytest.raises(DataError, match=r"rows of shape \(9, 8, 1\)"):
        mapped.arrays(np.zeros((3, 9, 8)))


@pytest.mark.parametrize(("largest", "expected"), [(1.0, 1), (1.1, 15), (15.5, 16), (256.0, 1023), (1e5, 1e5), (0, 1)])
def test_pixel_range(largest, expected):
    assert pixel_range(np.array([0.0, largest])) == expected


def test_standardised_pixels_count_by_size():
    assert pixel_range(np.array([-0.9, 0.5])) == 1


def test_the_last_window_of_a_history():
    mapped = WindowMap(names=("s", "t"), lookback=3, horizon=2)
    frame = pd.DataFrame({"t": range(9), "s": range(10, 19)})
    np.testing.assert_array_equal(mapped.arrays(frame)["series"], [[[16, 6], [17, 7], [18, 8]]])
    assert mapped.dates_after(frame) is None


def test_dates_after_training_and_after_a_history():
    mapped = WindowMap(names=("s",), lookback=3, horizon=2, frequency="86400", last_date="2024-02-28T00:00:00")
    assert [str(date.date()) for date in mapped.dates_after(None)] == ["2024-02-29", "2024-03-01"]
    history = pd.DataFrame({"s": range(4), "day": pd.date_range("2025-12-28", periods=4)})
    assert [str(date.date()) for date in mapped.dates_after(history)] == ["2026-01-01", "2026-01-02"]
    assert mapped.dates_after(history.drop(columns="day")) is None
