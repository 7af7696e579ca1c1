import jax
import keras
import numpy as np
import pytest
from keras import ops

from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

_X = np.random.default_rng(0).normal(size=(3, 4, 5)).astype("float32")


@pytest.mark.parametrize("name", ["mean", "sum", "max", "min", "amax", "amin", "var", "std", "logsumexp", "prod"])
def test_a_reduction_equals_keras(name):
    function, entry = getattr(ops, name), keras.Input((4, 5))
    outputs = [
        function(entry, axis=1),
        function(entry, axis=-1, keepdims=True),
        function(entry, axis=(1, 2)),
        function(entry, axis=(-1, 1), keepdims=True),
    ]
    model = keras.Model(entry, outputs)
    check_lowering(model, [_X], rtol=2e-5, atol=5e-6)
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [_X])


def test_positions_truths_and_integers_equal_keras():
    entry = keras.Input((4, 5))
    positive = entry > 0
    outputs = [
        ops.argmax(entry, axis=1),
        ops.argmin(entry, axis=-1, keepdims=True),
        ops.any(positive, axis=1),
        ops.all(positive, axis=(1, 2)),
        ops.sum(positive, axis=1),
        ops.mean(ops.cast(positive, "int32"), axis=2),
    ]
    model = keras.Model(entry, [ops.cast(output, "float32") for output in outputs])
    check_lowering(model, [_X])
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [_X])


@pytest.mark.parametrize("axis", [0, (0, 1), -3])
def test_a_reduction_over_rows_is_named(axis):
    entry = keras.Input((4, 5))
    with pytest.raises(Unsupported, match="batch"):
        lowered(keras.Model(entry, entry - ops.mean(entry, axis=axis, keepdims=True)))


def test_a_reduction_over_everything_is_named():
    entry = keras.Input((4, 5))
    with pytest.raises(Unsupported, match="batch"):
        lowered(keras.Model(entry, entry - ops.max(entry)))


def test_an_initial_value_is_named():
    entry = keras.Input((4, 5))
    with pytest.raises(Unsupported, match="initial"):
        lowered(keras.Model(entry, ops.max(entry, axis=1, initial=0.0)))
