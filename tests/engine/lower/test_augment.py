"""Moves are compared with Keras for given distances; their draws in distribution."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.augment import _Move
from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, lowered

pytestmark = pytest.mark.usefixtures("plain")

_X = np.random.default_rng(0).normal(size=(4, 6, 5, 2)).astype("float32")
_PAD = {"constant": "constant", "edge": "nearest", "symmetric": "reflect", "wrap": "wrap"}


def _run(layer, x, *, seed=0, training=True):
    network, weights = lowered(keras.Sequential([keras.Input(x.shape[1:]), layer]))
    with jax.numpy_dtype_promotion("strict"):
        return np.asarray(
            network.apply(weights, [jnp.asarray(x)], Env(training=training, seed=jnp.uint32(seed))),
        )


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("mode", _PAD)
@pytest.mark.parametrize("axis", [1, 2])
def test_a_move_equals_the_transform_of_keras(axis, mode, smooth):
    move = _Move(axis=axis, factor=(-0.9, 0.9), mode=mode, fill=0.3, smooth=smooth, salt=0)
    distance = np.asarray([0.0, 1.3, -2.7, 3.0], "float32")
    mine = move.shift(jnp.asarray(_X), jnp.asarray(distance), 5)
    transform = np.tile(np.asarray([1, 0, 0, 0, 1, 0, 0, 0], "float32"), (4, 1))
    transform[:, 5 if axis == 1 else 2] = -distance
    interpolation = "bilinear" if smooth else "nearest"
    theirs = keras.ops.image.affine_transform(
        _X, transform, interpolation=interpolation, fill_mode=_PAD[mode], fill_value=0.3, data_format="channels_last"
    )
    np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.RandomFlip("horizontal"),
        lambda: layers.RandomTranslation(0.2, 0.3),
        lambda: layers.RandomTranslation(0.2, 0.3, fill_mode="nearest", interpolation="nearest"),
    ],
)
def test_nothing_happens_outside_training(layer):
    check_lowering(keras.Sequential([keras.Input((6, 5, 2)), layer()]), [_X], stochastic=True)


@pytest.mark.parametrize(
    ("mode", "flip"),
    [("horizontal", (2,)), ("vertical", (1,)), ("horizontal_and_vertical", (1, 2))],
)
def test_half_of_the_images_are_mirrored(mode, flip):
    x = np.tile(_X[:1], (600, 1, 1, 1))
    y = _run(layers.RandomFlip(mode), x)
    mirrored = np.asarray([np.array_equal(image, other) for image, other in zip(y, np.flip(x, flip), strict=True)])
    as_given = np.asarray([np.array_equal(image, other) for image, other in zip(y, x, strict=True)])
    assert (mirrored ^ as_given).all()
    assert abs(mirrored.mean() - 0.5) < 0.1


def test_distances_spread_over_the_range_and_each_image_has_its_own():
    ramp = np.broadcast_to(np.arange(10, dtype="float32")[None, :, None, None], (800, 10, 10, 1))
    both = np.concatenate([ramp, ramp.transpose(0, 2, 1, 3)], axis=-1)
    y = _run(layers.RandomTranslation((-0.3, 0.1), 0.2, fill_mode="nearest"), both)
    down, right = 5 - y[:, 5, 5, 0], 5 - y[:, 5, 5, 1]
    assert -3 <= down.min() < -2.9
    assert 0.9 < down.max() <= 1
    assert abs(down.mean() + 1) < 0.2
    assert abs(right.mean()) < 0.2
    assert abs(np.corrcoef(down, right)[0, 1]) < 0.15


@pytest.mark.parametrize("layer", [layers.RandomFlip, lambda: layers.RandomTranslation(0.4, 0.4)])
def test_a_seed_gives_the_same_images_and_another_seed_others(layer):
    x = np.tile(_X, (8, 1, 1, 1))
    np.testing.assert_array_equal(_run(layer(), x, seed=3), _run(layer(), x, seed=3))
    assert not np.array_equal(_run(layer(), x, seed=3), _run(layer(), x, seed=4))


def test_channels_first_moves_the_image_and_not_the_channels():
    first = _run(layers.RandomTranslation(0.3, 0.2, data_format="channels_first"), _X.transpose(0, 3, 1, 2))
    last = _run(layers.RandomTranslation(0.3, 0.2, data_format="channels_last"), _X)
    np.testing.assert_allclose(first.transpose(0, 2, 3, 1), last, rtol=1e-6)


def test_gradients_reach_the_weights_before():
    network, weights = lowered(
        keras.Sequential([keras.Input((6, 5, 2)), layers.Dense(2), layers.RandomTranslation(0.2, 0.2)])
    )
    env = Env(training=True, seed=jnp.uint32(0))
    gradients = jax.grad(lambda given: jnp.sum(network.apply(given, [jnp.asarray(_X)], env)))(weights)
    assert all(np.abs(value).sum() > 0 for value in gradients.values())


def test_images_without_a_batch_are_named():
    entry = keras.Input(batch_shape=(6, 5, 2))
    with pytest.raises(Unsupported, match="batch axis"):
        lowered(keras.Model(entry, layers.RandomFlip()(entry)))
