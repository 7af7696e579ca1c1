import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.data.windows import choose_horizon, choose_lookback, future, past, window_starts
from layersmith.errors import DataError


@pytest.mark.parametrize(
    ("steps", "season", "horizon"), [(144, 12, 12), (500, 7, 7), (500, 0, 12), (60, 12, 6), (5, 0, 1)]
)
def test_default_horizon(steps, season, horizon):
    assert choose_horizon(steps, season) == horizon


@pytest.mark.parametrize(
    ("steps", "season", "horizon", "lookback"),
    [(144, 12, 12, 24), (60, 12, 12, 20), (500, 0, 12, 24), (100, 2, 1, 8), (30, 0, 12, 6), (500, 12, 40, 40)],
)
def test_default_lookback(steps, season, horizon, lookback):
    assert choose_lookback(steps, season, horizon) == lookback


def test_windows_of_a_ramp():
    values = np.stack([np.arange(8), -np.arange(8)], axis=1).astype(np.float32)
    starts = window_starts(8, 3, 2)
    assert starts.tolist() == [3, 4, 5, 6]
    np.testing.assert_array_equal(past(values, starts, 3)[1], [[1, -1], [2, -2], [3, -3]])
    np.testing.assert_array_equal(future(values, starts, 2)[1], [4, 5])


@given(st.integers(1, 20), st.integers(1, 20), st.integers(2, 60))
def test_each_window_is_followed_by_its_targets(lookback, horizon, steps):
    if steps < lookback + horizon + 1:
        with pytest.raises(DataError, match=f"series of {steps} steps"):
            window_starts(steps, lookback, horizon)
        return
    values = np.arange(steps, dtype=np.float32)[:, None]
    starts = window_starts(steps, lookback, horizon)
    seen, ahead = past(values, starts, lookback), future(values, starts, horizon)
    assert seen.shape == (len(starts), lookback, 1)
    assert ahead.shape == (len(starts), horizon)
    np.testing.assert_array_equal(seen[:, -1, 0] + 1, ahead[:, 0])
    assert ahead[-1, -1] == steps - 1
    assert seen[0, 0, 0] == 0
