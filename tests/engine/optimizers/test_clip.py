"""Clipping, against Keras and on its own."""

import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.optimizers.clip import (
    CLIPPINGS,
    clip_by_global_norm,
    clip_by_norm,
    clip_by_value,
    clip_gradients,
    clipping_of,
)

GRADIENTS = {"kernel": jnp.array([[3.0, 0.0], [0.0, 4.0]]), "bias": jnp.array([0.0, 12.0]), "still": jnp.zeros(3)}


def norm(*arrays):
    return float(np.sqrt(sum(np.square(array).sum() for array in arrays)))


@pytest.mark.parametrize("kind", sorted(CLIPPINGS))
@pytest.mark.parametrize("limit", [0.01, 1.0, 100.0])
def test_each_kind_follows_keras(kind, limit, both):
    both(keras.optimizers.SGD(0.1, **{kind: limit}), steps=4, jit=False)


def test_norms_are_limited_variable_by_variable():
    clipped = clip_by_norm(GRADIENTS, jnp.float32(6.0))
    np.testing.assert_array_equal(clipped["kernel"], GRADIENTS["kernel"])
    assert norm(clipped["bias"]) == pytest.approx(6.0)


def test_the_global_norm_scales_all_by_one_factor():
    clipped = clip_by_global_norm(GRADIENTS, jnp.float32(6.5))
    assert norm(*clipped.values()) == pytest.approx(6.5)
    np.testing.assert_allclose(clipped["kernel"], GRADIENTS["kernel"] / 2, rtol=1e-6)


def test_a_small_global_norm_changes_nothing():
    clipped = clip_by_global_norm(GRADIENTS, jnp.float32(64.0))
    for name, gradient in GRADIENTS.items():
        np.testing.assert_allclose(clipped[name], gradient, rtol=1e-6)


def test_values_are_cut_on_both_sides():
    assert clip_by_value({"a": jnp.array([-3.0, 0.5, 2.0])}, jnp.float32(1.0))["a"].tolist() == [-1.0, 0.5, 1.0]


@pytest.mark.parametrize("clip", CLIPPINGS.values())
def test_zero_gradients_stay_zero_and_finite(clip):
    clipped = clip({"a": jnp.zeros(4), "b": jnp.zeros(())}, jnp.float32(1.0))
    assert all((np.asarray(value) == 0).all() for value in clipped.values())


@pytest.mark.parametrize("clip", CLIPPINGS.values())
def test_padding_does_not_change_what_is_clipped(clip):
    gradient = jnp.array([3.0, -4.0])
    live = clip({"a": gradient}, jnp.float32(1.0))["a"]
    padded = clip({"a": jnp.pad(gradient, (0, 5))}, jnp.float32(1.0))["a"]
    np.testing.assert_allclose(padded[:2], live, rtol=1e-6)
    assert not np.asarray(padded[2:]).any()


def test_an_infinite_gradient_makes_the_global_clipping_nan_as_in_keras():
    clipped = clip_by_global_norm({"a": jnp.array([jnp.inf, 1.0])}, jnp.float32(1.0))
    assert np.isnan(clipped["a"]).all()


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({}, None),
        ({"clipnorm": None, "clipvalue": None, "global_clipnorm": None}, None),
        ({"clipnorm": 1.0}, "clipnorm"),
        ({"clipvalue": 0.5}, "clipvalue"),
        ({"global_clipnorm": 2.0}, "global_clipnorm"),
        ({"clipnorm": 0.0}, None),
        ({"clipvalue": -1.0}, None),
    ],
)
def test_the_kind_is_read_of_the_configuration(config, kind):
    assert clipping_of(config) == kind


def test_no_kind_returns_the_gradients_themselves():
    assert clip_gradients(None, GRADIENTS, {}) is GRADIENTS


def test_a_kind_takes_its_limit_by_its_own_name():
    clipped = clip_gradients("clipvalue", GRADIENTS, {"clipvalue": jnp.float32(2.0), "clipnorm": jnp.float32(9.0)})
    assert float(clipped["bias"][1]) == 2.0
