"""Rows in time order are cut in time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import TimeSeriesSplit

from layersmith.errors import SplitError
from layersmith.validation.in_time import expanding, last_part


@given(num_rows=st.integers(20, 200), num_folds=st.integers(2, 6), gap=st.integers(0, 2))
def test_folds_are_those_of_scikit_learn(num_rows: int, num_folds: int, gap: int) -> None:
    ours = expanding(np.arange(num_rows), num_folds=num_folds, gap=gap)
    theirs = TimeSeriesSplit(num_folds, gap=gap).split(np.zeros(num_rows))
    for split, (train, validation) in zip(ours, theirs, strict=True):
        assert split.train.tolist() == train.tolist()
        assert split.validation.tolist() == validation.tolist()


@given(num_rows=st.integers(5, 100), horizon=st.integers(1, 12), fraction=st.floats(0.05, 0.5))
def test_targets_of_forecast_windows_never_overlap(num_rows: int, horizon: int, fraction: float) -> None:
    try:
        split = last_part(np.arange(num_rows), fraction=fraction, gap=horizon - 1)
    except SplitError:
        assert num_rows - max(1, round(fraction * num_rows)) < horizon
        return
    last_target_trained = split.train[-1] + horizon - 1
    assert last_target_trained < split.validation[0]
    assert split.validation[-1] == num_rows - 1


def test_the_gap_counts_rows_in_time_not_rows_given() -> None:
    split = last_part(np.array([0, 1, 2, 8, 9]), fraction=0.2, gap=3)
    assert split.train.tolist() == [0, 1, 2]
    assert split.validation.tolist() == [9]


def test_at_least_one_row_is_validated_on() -> None:
    assert last_part(np.arange(3), fraction=0.01, gap=0).validation.tolist() == [2]


@pytest.mark.parametrize(
    ("num_rows", "num_folds", "gap", "got"),
    [(3, 5, 0, "3 rows for 5 folds"), (1, 2, 0, "1 rows for 2 folds"), (12, 2, 8, "no row to train on before row 4")],
)
def test_impossible_folds_are_refused(num_rows: int, num_folds: int, gap: int, got: str) -> None:
    with pytest.raises(SplitError) as raised:
        expanding(np.arange(num_rows), num_folds=num_folds, gap=gap)
    assert got in raised.value.got
    assert "give more rows" in raised.value.fix or "fewer folds" in raised.value.fix or "at most" in raised.value.fix
