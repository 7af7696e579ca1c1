"""Wilson's interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from layersmith.validation.proportions import wilson


@given(trials=st.integers(1, 5000), share=st.floats(0, 1), level=st.sampled_from([0.8, 0.95, 0.99]))
def test_it_is_scipys(trials: int, share: float, level: float) -> None:
    successes = round(share * trials)
    theirs = binomtest(successes, trials).proportion_ci(level, method="wilson")
    ours = wilson(successes, trials, level=level)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert ours.low <= successes / trials <= ours.high


@pytest.mark.parametrize("trials", [20, 100, 300])
def test_it_covers_the_truth_as_often_as_it_says(trials: int) -> None:
    intervals = [wilson(successes, trials) for successes in range(trials + 1)]
    low, high = (np.array([getattr(interval, end) for interval in intervals]) for end in ("low", "high"))
    shares = np.linspace(0.1, 0.9, 161)
    covers = (low <= shares[:, None]) & (shares[:, None] <= high)
    coverage = (binom.pmf(np.arange(trials + 1), trials, shares[:, None]) * covers).sum(axis=1)  # exact, no chance
    assert coverage.mean() == pytest.approx(0.95, abs=0.006)
    assert coverage.min() > 0.915


def test_no_mistake_still_leaves_room() -> None:
    interval = wilson(20, 20)
    assert interval.high == 1.0
    assert 0.8 < interval.low < 0.9
    assert interval.method == "Wilson"
