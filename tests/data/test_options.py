import numpy as np
import pytest

from layersmith.data.options import DEFAULTS, ReadOptions
from layersmith.errors import DataError


def test_defaults_leave_all_to_inference():
    assert DEFAULTS.split_column == "auto"
    assert DEFAULTS.max_bytes == 2 * 1024**3
    assert (DEFAULTS.kind, DEFAULTS.task, DEFAULTS.target, DEFAULTS.forecast) == (None, None, None, None)


def test_whole_numbers_of_any_library():
    assert ReadOptions(horizon=np.int64(3)).horizon == 3


@pytest.mark.parametrize("value", [0, -1, 2.0, "3", True])
@pytest.mark.parametrize("name", ["horizon", "lookback", "max_bytes"])
def test_counts_are_above_zero(name, value):
    with pytest.raises(DataError, match=f"{name} is"):
        ReadOptions(**{name: value})


@pytest.mark.parametrize("target", [3, [], [1, 2], {"a": 1}, ("a", "a")])
def test_targets_are_distinct_names(target):
    with pytest.raises(DataError, match="target"):
        ReadOptions(target=target)


@pytest.mark.parametrize(
    ("name", "value", "fix"), [("kind", "images", "'image'"), ("task", "regresion", "'regression'")]
)
def test_names_near_a_known_one(name, value, fix):
    with pytest.raises(DataError, match=f"use {fix}"):
        ReadOptions(**{name: value})
