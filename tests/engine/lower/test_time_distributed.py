import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.lower.env import Env
from layersmith.engine.lower.lowering import Place
from layersmith.engine.lower.time_distributed import time_distributed
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import view
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

_QUIET = {"kernel_initializer": "zeros"}


def _model(shape, *inner, masked=False):
    entry = keras.Input(shape)
    inside = keras.layers.Masking()(entry) if masked else entry
    model = keras.Model(entry, [keras.layers.TimeDistributed(layer)(inside) for layer in inner])
    source = np.random.default_rng(7)
    model.set_weights([source.normal(size=w.shape).astype("float32") * 0.5 for w in model.get_weights()])
    return model


def test_layers_of_features_equal_keras(numbers, plain):
    layers = keras.layers
    model = _model(
        (3, 4),
        layers.Dense(2, "relu", **_QUIET),
        layers.Dense(2, use_bias=False, **_QUIET),
        layers.Activation("softmax"),
        layers.LayerNormalization(),
        layers.RepeatVector(2),
        layers.LeakyReLU(),
    )
    check_lowering(model, [numbers(5, 3, 4)])
    check_row_mask(model, [numbers(5, 3, 4)])


def test_layers_of_sequences_equal_keras(numbers, plain):
    layers = keras.layers
    recurrent = {"recurrent_initializer": "zeros", **_QUIET}
    model = _model(
        (3, 4, 2),
        layers.Conv1D(2, 2, **_QUIET),
        layers.Flatten(),
        layers.GlobalAveragePooling1D(),
        layers.MaxPooling1D(2),
        layers.GRU(2, **recurrent),
        layers.LSTM(2, return_sequences=True, **recurrent),
    )
    check_lowering(model, [numbers(5, 3, 4, 2)])
    check_row_mask(model, [numbers(5, 3, 4, 2)])


def test_images_inside_a_model(numbers, plain):
    layers = keras.layers
    entry = keras.Input((3, 4, 4, 1))
    value = layers.TimeDistributed(layers.Conv2D(2, 3, activation="relu"))(entry)
    value = layers.TimeDistributed(layers.Flatten())(value)
    check_lowering(keras.Model(entry, layers.Dense(1)(value)), [numbers(2, 3, 4, 4, 1)])


def test_a_mask_passes_by(numbers, plain):
    x = numbers(5, 3, 4)
    x[0, 1] = x[2] = 0.0
    layers = keras.layers
    entry = keras.Input((3, 4))
    value = layers.TimeDistributed(layers.Dense(2, **_QUIET))(layers.Masking()(entry))
    check_lowering(keras.Model(entry, layers.SimpleRNN(2)(value)), [x])


def test_dropout_differs_from_step_to_step():
    network, weights = lowered(_model((50, 40), keras.layers.Dropout(0.5)))
    x = jnp.ones((4, 50, 40))
    (output,) = network.apply(weights, [x], Env(training=True, seed=jnp.uint32(3)))
    assert abs(float(jnp.mean(output)) - 1.0) < 0.05
    assert float(jnp.mean(output[:, 0] != output[:, 1])) > 0.3
    np.testing.assert_array_equal(network.apply(weights, [x], Env(training=False))[0], x)


def test_a_shared_wrapper_has_one_set_of_weights(numbers, plain):
    shared = keras.layers.TimeDistributed(keras.layers.Dense(4, "tanh"))
    entry = keras.Input((3, 4))
    model = keras.Model(entry, shared(shared(entry)))
    assert len(lowered(model)[1]) == 2
    check_lowering(model, [numbers(2, 3, 4)])


def test_layers_that_mix_rows_are_called_step_by_step(numbers, plain):
    x = numbers(5, 3, 4)
    x[0, 1] = x[2] = 0.0
    layers = keras.layers
    model = _model((3, 4), layers.BatchNormalization(), layers.BatchNormalization(trainable=False))
    check_lowering(model, [x])
    check_row_mask(model, [x])
    masked = _model((3, 4), layers.BatchNormalization(), masked=True)
    check_lowering(masked, [x])


def test_wrappers_inside_equal_keras(numbers, plain):
    layers = keras.layers
    gru = layers.GRU(2, **_QUIET, recurrent_initializer="zeros")
    dense = layers.Dense(2, **_QUIET, kernel_regularizer="l2")
    check_lowering(_model((3, 4, 2), layers.TimeDistributed(dense), layers.Bidirectional(gru)), [numbers(5, 3, 4, 2)])


def test_a_mask_of_steps_within_steps_equals_keras(plain):
    layers, quiet = keras.layers, {**_QUIET, "recurrent_initializer": "zeros"}
    entry = keras.Input((3, 4), dtype="int32")
    words = layers.Embedding(5, 2, mask_zero=True, embeddings_initializer="zeros")(entry)
    model = keras.Model(entry, layers.GRU(2, **quiet)(layers.TimeDistributed(layers.LSTM(2, **quiet))(words)))
    source = np.random.default_rng(7)
    model.set_weights([source.normal(size=w.shape).astype("float32") for w in model.get_weights()])
    ids = source.integers(0, 5, (5, 3, 4)) * np.array([[1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]])
    check_lowering(model, [ids.astype("int32")])


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: keras.layers.TimeDistributed(keras.layers.BatchNormalization()), "around BatchNormalization"),
        (lambda: keras.Sequential([keras.Input((4, 2)), keras.layers.Dense(2)]), "Sequential"),
        (lambda: keras.layers.ActivityRegularization(l1=0.1), "activity_regularizer"),
        (lambda: keras.layers.Dropout(0.5, noise_shape=(None, 1, 2)), "noise_shape"),
    ],
)
def test_what_is_not_covered_is_named(make, why):
    node = view(_model((3, 4, 2), make())).nodes[-1]
    with pytest.raises(Unsupported, match=why):
        time_distributed(node, Place(key="1", salt=1))


def test_a_mask_of_steps_for_a_layer_that_takes_one_is_refused():
    network, weights = lowered(_model((3, 4), keras.layers.Softmax(), masked=True))
    with pytest.raises(Unsupported, match="a mask for Softmax"):
        network.apply(weights, [jnp.ones((2, 3, 4))], Env(training=False))
