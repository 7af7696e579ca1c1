import jax
import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

_X = (np.random.default_rng(0).normal(size=(4, 3, 2)) * 3 + 1).astype("float32")


def _check(model, x, **tolerances):
    check_lowering(model, [x], **tolerances)
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [x])


@pytest.mark.parametrize("invert", [False, True])
def test_adapted_normalization_equals_keras(invert):
    entry, outputs = keras.Input((3, 2)), []
    for axis in (-1, 1, (1, 2), None):
        layer = layers.Normalization(axis=axis, invert=invert)
        layer.adapt(_X * 2 + 3)
        outputs.append(layer(entry))
    _check(keras.Model(entry, outputs), _X)


def test_given_statistics_equal_keras(branches):
    given = [
        (1.5, 4.0, -1),
        ([1.0, 2.0], [4.0, 0.25], -1),
        ([[1.0, 2.0]] * 3, [[4.0, 0.25]] * 3, (1, 2)),
        ([1.0, 2.0], [4.0, 0.25], (1, 2)),
        (0.5, 2.0, None),
    ]
    alone = [layers.Normalization(axis=axis, mean=mean, variance=variance) for mean, variance, axis in given]
    inside = [layers.Normalization(mean=[1.0, 2.0], variance=[4.0, 0.25]), layers.Dense(2)]
    _check(branches((3, 2), *alone, inside), _X)


def test_a_column_without_spread_divides_by_the_smallest_number():
    layer = layers.Normalization()
    layer.adapt(np.ones((3, 3, 2), "float32"))
    _check(keras.Sequential([keras.Input((3, 2)), layer]), _X)


def test_adapted_statistics_are_state_and_never_trained():
    layer = layers.Normalization()
    layer.adapt(_X)
    network, _ = lowered(keras.Sequential([keras.Input((3, 2)), layer]))
    assert network.trainable == ()
    assert [key.split("/")[1] for key in network.state] == ["mean", "variance", "count"]


def test_rescaling_equals_keras(branches):
    given = [(1 / 255, 0.0), (2, -1), ([0.5, 2.0], [1.0, -1.0]), (np.asarray([0.5, 2.0]), 3.0)]
    _check(branches((3, 2), *(layers.Rescaling(scale, offset) for scale, offset in given)), _X)


@pytest.mark.parametrize("dtype", ["int32", "uint8"])
def test_rescaling_takes_integers(dtype):
    pixels = np.random.default_rng(0).integers(0, 256, (4, 3, 2)).astype(dtype)
    model = keras.Sequential([keras.Input((3, 2), dtype=dtype), layers.Rescaling(1 / 255), layers.Dense(2)])
    _check(model, pixels)


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        (lambda: layers.CategoryEncoding(4), "Embedding"),
        (lambda: layers.SpectralNormalization(layers.Dense(2)), "power iteration"),
    ],
)
def test_what_is_not_covered_says_why(layer, why):
    with pytest.raises(Unsupported, match=why):
        lowered(keras.Sequential([keras.Input((4,)), layer()]))
