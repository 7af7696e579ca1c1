import numpy as np
import pandas as pd
import pytest

from layersmith.data.material import Material
from layersmith.data.options import ReadOptions
from layersmith.data.tabular import split_rows, take_columns
from layersmith.errors import DataError

FRAME = pd.DataFrame(
    {"a": range(6), "who": list("xxyyzz"), "day": pd.date_range("2024-01-01", periods=6), "y": [0, 1] * 3}
)


def taken(frame=FRAME, **options):
    return take_columns(Material(x=frame), ReadOptions(**options))


def test_what_is_no_feature_is_taken_out():
    material = taken(target="y", group="who", time="a")
    assert list(material.x.columns) == ["day"]
    assert material.y.tolist() == [0, 1] * 3
    assert material.groups.tolist() == list("xxyyzz")
    assert material.time.tolist() == list(range(6))
    assert material.target_names == ("y",)
    assert len(material.notes) == 2


def test_a_column_of_dates_stays_a_feature():
    material = taken(target="y", time="day")
    assert "day" in material.x.columns
    assert material.time_column == "day"


def test_several_targets_make_a_frame():
    assert taken(target=["y", "a"]).y.shape == (6, 2)


def test_arrays_are_left_alone():
    material = Material(x=np.zeros((3, 2)))
    assert take_columns(material, ReadOptions()) is material


@pytest.mark.parametrize("name", ["split", "Fold", "SUBSET"])
@pytest.mark.parametrize("values", ["train test", "Train TEST valid", "train test val", "test train validation"])
def test_split_columns_are_recognised(name, values):
    parts = np.resize(values.split(), 6)
    found, test = split_rows(Material(x=FRAME.assign(**{name: parts})), ReadOptions())
    assert found == name
    assert test.tolist() == [part.casefold() == "test" for part in parts]


@pytest.mark.parametrize(
    ("name", "values"),
    [("split", "train val"), ("split", "test"), ("fold", "1 2"), ("fold", "train test other"), ("part", "train test")],
)
def test_near_misses_are_features(name, values):
    frame = FRAME.assign(**{name: np.resize(values.split(), 6)})
    assert split_rows(Material(x=frame), ReadOptions()) is None


def test_the_target_may_be_called_split():
    frame = FRAME.assign(split=np.resize(["train", "test"], 6))
    assert split_rows(Material(x=frame), ReadOptions(target="split")) is None


def test_the_split_column_may_hold_missing_values():
    frame = FRAME.assign(split=["train", "test", None] * 2)
    assert split_rows(Material(x=frame), ReadOptions()) is None
    with pytest.raises(DataError, match="split column 'split'"):
        split_rows(Material(x=frame), ReadOptions(split_column="split"))
