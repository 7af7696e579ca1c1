import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layersmith.strategies.gp.distances import distances

NAN = float("nan")
ORDERED, CATEGORIES = np.array([False]), np.array([True])


def apart(left, right, unordered):
    return distances(np.array([[left]]), np.array([[right]]), unordered).item()


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (0.25, 0.75, 0.5), (NAN, NAN, 0.0), (NAN, 0.5, 0.5), (0.0, NAN, 1.0)],
)
def test_ordered_values(left, right, expected):
    assert apart(left, right, ORDERED) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(2.0, 2.0, 0.0), (0.0, 1.0, 1.0), (0.0, 4.0, 1.0), (NAN, NAN, 0.0), (NAN, 0.0, 1.0), (3.0, NAN, 1.0)],
)
def test_categories(left, right, expected):
    assert apart(left, right, CATEGORIES) == expected


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 50.0))
def test_any_weights_make_a_kernel_with_inactive_values_too(seed, scale):
    rng = np.random.default_rng(seed)
    unordered = rng.random(6) < 0.5
    located = np.where(unordered[:, None], rng.integers(3, size=(6, 25)), rng.random((6, 25)))
    located[rng.random(located.shape) < 0.3] = NAN
    weights = scale * rng.exponential(size=6)
    kernel = np.exp(-np.tensordot(weights, distances(located, located, unordered), 1))
    assert kernel == pytest.approx(kernel.T)
    assert np.linalg.eigvalsh(kernel).min() > -1e-9


def test_shapes():
    assert distances(np.zeros((3, 5)), np.zeros((3, 2)), np.array([True, False, True])).shape == (3, 5, 2)
    assert distances(np.zeros((0, 5)), np.zeros((0, 2)), np.zeros(0, bool)).shape == (0, 5, 2)
