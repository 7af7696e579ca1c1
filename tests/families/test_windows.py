"""Windows relative to their own level, and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from layersmith.families.view import SCALINGS
from layersmith.families.windows import scale_inputs, scale_targets, unscale_outputs


def arrays(seed=0, batch=5, steps=7, channels=2, horizon=3):
    rng = np.random.default_rng(seed)
    window = rng.normal(2.0, 3.0, (batch, steps, channels)).astype("float32")
    return window, rng.normal(2.0, 3.0, (batch, horizon)).astype("float32")


@pytest.mark.parametrize("scaling", SCALINGS)
def test_unscaling_is_the_inverse_of_scaling(scaling):
    window, targets = arrays()
    scaled = scale_targets(targets, window, scaling)
    np.testing.assert_allclose(unscale_outputs(scaled, window, scaling), targets, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_targets_are_in_the_terms_of_channel_0(scaling):
    window, _ = arrays()
    continued = scale_targets(window[:, :, 0], window, scaling)
    np.testing.assert_allclose(continued, np.asarray(scale_inputs(window, scaling))[:, :, 0], rtol=1e-5, atol=1e-5)


def test_last_is_relative_to_the_last_value_of_each_channel():
    window, targets = arrays()
    np.testing.assert_array_equal(scale_inputs(window, "last"), window - window[:, -1:, :])
    np.testing.assert_array_equal(scale_targets(targets, window, "last"), targets - window[:, -1:, 0])


def test_standard_has_mean_0_and_deviation_1_in_each_window_and_channel():
    window, _ = arrays(steps=200)
    scaled = np.asarray(scale_inputs(window, "standard"))
    np.testing.assert_allclose(scaled.mean(axis=1), 0.0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=1), 1.0, atol=1e-4)


def test_none_changes_nothing():
    window, targets = arrays()
    assert scale_inputs(window, "none") is window
    assert scale_targets(targets, window, "none") is targets
    assert unscale_outputs(targets, window, "none") is targets


@pytest.mark.parametrize("scaling", ["last", "standard"])
def test_a_shifted_window_looks_the_same(scaling):
    window, targets = arrays()
    np.testing.assert_allclose(scale_inputs(window + 5, scaling), scale_inputs(window, scaling), atol=1e-4)
    moved = np.asarray(unscale_outputs(targets, window + 5, scaling))
    np.testing.assert_allclose(moved - 5, unscale_outputs(targets, window, scaling), atol=1e-4)


def test_a_stretched_window_looks_the_same_only_when_standardised():
    window, _ = arrays()
    np.testing.assert_allclose(scale_inputs(window * 4, "standard"), scale_inputs(window, "standard"), atol=1e-3)
    assert not np.allclose(scale_inputs(window * 4, "last"), scale_inputs(window, "last"))


def test_a_flat_window_is_not_blown_up():
    flat = np.full((1, 6, 1), 0.4, "float32")
    np.testing.assert_allclose(scale_inputs(flat, "standard"), np.zeros((1, 6, 1)), atol=1e-5)
    ripple = flat + np.array([0, 1e-4, 0, 1e-4, 0, 1e-4], "float32").reshape(1, 6, 1)
    assert np.abs(np.asarray(scale_inputs(ripple, "standard"))).max() < 0.1
    np.testing.assert_allclose(unscale_outputs(np.zeros((1, 2), "float32"), flat, "standard"), 0.4, rtol=1e-6)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_one_step_and_no_rows(scaling):
    window, targets = arrays(batch=1, steps=1)
    np.testing.assert_allclose(
        unscale_outputs(scale_targets(targets, window, scaling), window, scaling), targets, rtol=1e-5
    )
    window, targets = arrays(batch=0)
    assert ops.shape(scale_inputs(window, scaling)) == (0, 7, 2)
    assert ops.shape(unscale_outputs(targets, window, scaling)) == (0, 3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(SCALINGS))
def test_round_trip_of_any_window(seed, scaling):
    window, targets = arrays(seed)
    back = unscale_outputs(scale_targets(targets, window, scaling), window, scaling)
    np.testing.assert_allclose(back, targets, rtol=1e-4, atol=1e-4)
