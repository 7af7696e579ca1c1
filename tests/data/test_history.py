import numpy as np
import pandas as pd
import pytest

from layersmith.data.history import read_history
from layersmith.errors import DataError

DATES = pd.date_range("2020-01-01", periods=20)


def frame(**columns):
    return pd.DataFrame({"day": DATES, "sales": np.arange(20.0), **columns})


def test_values_dates_and_step():
    history = read_history(frame(), "sales")
    assert history.names == ("sales",)
    np.testing.assert_array_equal(history.values[:, 0], np.arange(20))
    assert history.values.dtype == np.float32
    assert history.dates.equals(DATES) or history.dates.tolist() == DATES.tolist()
    assert (history.date_column, history.frequency) == ("day", "86400")
    assert history.notes == ()


def test_order_says_where_each_step_was():
    mixed = frame().sample(frac=1, random_state=0).reset_index(drop=True)
    history = read_history(mixed, "sales")
    np.testing.assert_array_equal(mixed.sales.to_numpy()[history.order], np.arange(20))


def test_text_that_reads_as_numbers():
    history = read_history(frame(sales=[str(i) for i in range(20)]), "sales")
    np.testing.assert_array_equal(history.values[:, 0], np.arange(20))


def test_the_channels_wanted_must_be_there():
    history = read_history(frame(b=1.0, a=2.0), "sales", channels=("sales", "a"))
    assert history.names == ("sales", "a")
    with pytest.raises(DataError, match="channel 'c' is missing"):
        read_history(frame(), "sales", channels=("sales", "c"))


def test_without_dates_the_order_is_kept():
    history = read_history(frame().drop(columns="day"), "sales")
    assert history.dates is None
    assert history.frequency == ""


def test_zones_in_the_index():
    indexed = frame().drop(columns="day").set_index(DATES.tz_localize("Europe/Rome"))
    assert read_history(indexed, "sales").dates.tz is None
