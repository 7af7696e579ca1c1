import numpy as np
import pandas as pd
import pytest

from layersmith.data.sources import open_source, plain_frame
from layersmith.errors import DataError

LIMIT = 10**6


def test_arrays_and_nested_lists():
    assert open_source([[1, 2], [3, 4]], [0, 1], max_bytes=LIMIT).num_rows == 2
    assert open_source(np.zeros((5, 2)), max_bytes=LIMIT).y is None


def test_paths_as_text_and_as_path(tmp_path):
    pd.DataFrame({"a": [1, 2]}).to_csv(tmp_path / "a.csv", index=False)
    assert open_source(str(tmp_path / "a.csv"), max_bytes=LIMIT).num_rows == 2
    assert open_source(tmp_path / "a.csv", [0, 1], max_bytes=LIMIT).y == [0, 1]


def test_names_of_columns_become_text():
    frame = plain_frame(pd.DataFrame({0: [1], 1: [2]}, index=[9]))
    assert list(frame.columns) == ["0", "1"]
    assert frame.index.tolist() == [0]


def test_names_that_become_equal_are_refused():
    with pytest.raises(DataError, match="several columns '1'"):
        plain_frame(pd.DataFrame([[1, 2]], columns=[1, "1"]))


def test_an_index_of_dates_is_kept():
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2020-01-01", periods=2))
    assert plain_frame(frame).index.equals(frame.index)


def test_the_source_is_not_changed():
    frame = pd.DataFrame({0: [1, 2]}, index=[4, 5])
    open_source(frame, [0, 1], max_bytes=LIMIT)
    assert frame.columns.tolist() == [0]
    assert frame.index.tolist() == [4, 5]
