import jax
import keras
import numpy as np
import pytest
from keras import ops

from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

_X = np.random.default_rng(0).normal(size=(3, 4, 6)).astype("float32")


def _check(function):
    entry = keras.Input((4, 6))
    model = keras.Model(entry, function(entry))
    check_lowering(model, [_X])
    with jax.numpy_dtype_promotion("strict"):
        check_row_mask(model, [_X])


def test_shapes_and_orders_equal_keras():
    def outputs(x):
        return [
            ops.reshape(x, (-1, 24)),
            ops.reshape(x, (-1, 2, 12)),
            ops.reshape(x, (-1, 2, 2, 6)),
            ops.transpose(x, (0, 2, 1)),
            ops.swapaxes(x, 1, 2),
            ops.moveaxis(x, 2, 1),
            ops.expand_dims(x, 1),
            ops.expand_dims(x, (-1, 2)),
            ops.squeeze(ops.expand_dims(x, 1), 1),
            ops.squeeze(ops.expand_dims(x, -1)),
        ]

    _check(outputs)


def test_joins_and_cuts_equal_keras():
    def outputs(x):
        return [
            ops.concatenate([x, x * 2.0], axis=-1),
            ops.concatenate([x, ops.cast(x > 0, "int32")], axis=1),
            ops.stack([x, x + 1.0], axis=1),
            ops.stack([x, x + 1.0], axis=-1),
            *ops.split(x, 2, axis=1),
            *ops.split(x, [1, 4], axis=-1),
            *ops.unstack(x, axis=1),
            ops.repeat(x, 3, axis=1),
            ops.roll(x, 2, axis=1),
        ]

    _check(outputs)


def test_picks_equal_keras():
    def outputs(x):
        return [
            x[:, 0],
            x[:, -1:, :],
            x[:, :, 0],
            x[:, 1:3, ::2],
            x[:, ::-1],
            x[..., 0],
            x[..., 1:],
            x[:, None],
            ops.take(x, [2, 0, 2], axis=1),
            ops.take(x, [-1], axis=-1),
            ops.take(x, 3, axis=2),
        ]

    _check(outputs)


def test_between_layers():
    entry = keras.Input((4, 6))
    hidden = keras.layers.Dense(4)(entry)
    joined = ops.concatenate([ops.transpose(hidden, (0, 2, 1)), hidden[:, :, :2] @ np.ones((2, 4), "float32")], axis=1)
    check_lowering(keras.Model(entry, keras.layers.Dense(2)(joined)), [_X])


@pytest.mark.parametrize(
    "function",
    [
        lambda x: ops.transpose(x, (1, 0, 2)),
        ops.transpose,
        lambda x: ops.swapaxes(x, 0, 1),
        lambda x: ops.expand_dims(x, 0),
        lambda x: ops.stack([x, x], axis=0),
        lambda x: ops.concatenate([x, x], axis=0),
        lambda x: x[0],
        lambda x: x[1:,],
        lambda x: x[::-1,],
        lambda x: ops.roll(x, 1, axis=0),
        lambda x: ops.repeat(x, 2, axis=0),
        lambda x: ops.take(x, [0, 1], axis=0),
    ],
)
def test_what_moves_rows_is_named(function):
    entry = keras.Input((4, 6))
    with pytest.raises(Unsupported, match="compiled form"):
        lowered(keras.Model(entry, function(entry)))


def test_rows_of_another_size_are_named_when_traced():
    from layersmith.engine.lower.env import Env

    entry = keras.Input((4, 6))
    network, weights = lowered(keras.Model(entry, ops.reshape(entry, (-1, 12))))
    with pytest.raises(Unsupported, match="another size"):
        network.apply(weights, [_X], Env(training=False))
