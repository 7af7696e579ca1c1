import keras
import numpy as np
import pytest

from layersmith.engine.lower.activations import ACTIVATIONS, find_activation
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

_X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32") * 2


def _model(*layers, shape=(4,)):
    return keras.Sequential([keras.Input(shape), *layers])


@pytest.mark.parametrize(
    "layer",
    [
        lambda: keras.layers.Dense(3),
        lambda: keras.layers.Dense(3, activation="relu", use_bias=False),
        lambda: keras.layers.Dense(3, activation="softmax", bias_initializer="ones"),
        lambda: keras.layers.EinsumDense("ab,bc->ac", output_shape=3, bias_axes="c", activation="tanh"),
        lambda: keras.layers.LeakyReLU(0.3),
        keras.layers.Softmax,
        lambda: keras.layers.Dense(3, kernel_regularizer="l2", bias_regularizer=keras.regularizers.L1(0.3)),
        lambda: keras.layers.Dense(3, kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2)),
        lambda: keras.layers.Dense(3, activity_regularizer=keras.regularizers.L2(0.1)),
    ],
)
def test_a_layer_equals_keras(layer):
    model = _model(layer())
    check_lowering(model, [_X])
    check_row_mask(model, [_X])


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_an_activation_equals_keras(name):
    x = np.concatenate([_X.ravel(), [0.0, -0.5, 0.5, 1.0, -1.0, 30.0, -30.0]]).astype("float32")[None]
    check_lowering(_model(keras.layers.Activation(name), shape=x.shape[1:]), [x])


def test_dense_on_three_dimensions():
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    check_lowering(_model(keras.layers.Dense(5, "gelu"), shape=(3, 4)), [x])


def test_a_shared_layer_has_one_set_of_weights():
    shared = keras.layers.Dense(4, "tanh", kernel_regularizer="l2")
    entry = keras.Input((4,))
    model = keras.Model(entry, shared(shared(entry)))
    assert len(lowered(model)[1]) == 2
    check_lowering(model, [_X])


def test_frozen_layers_have_no_gradient():
    model = _model(keras.layers.Dense(3, trainable=False), keras.layers.Dense(2))
    network, _ = lowered(model)
    assert (len(network.trainable), len(network.state)) == (2, 2)
    check_lowering(model, [_X])


def test_models_of_one_architecture_share_a_signature():
    one = lowered(_model(keras.layers.Dense(3, "relu", kernel_regularizer="l2"), keras.layers.Dense(1)))[0]
    two = lowered(
        _model(keras.layers.Dense(3, "relu", kernel_regularizer=keras.regularizers.L2(0.5)), keras.layers.Dense(1))
    )[0]
    other = lowered(_model(keras.layers.Dense(3, "tanh", kernel_regularizer="l2"), keras.layers.Dense(1)))[0]
    assert one.signature == two.signature != other.signature


def test_unknown_parts_are_named():
    with pytest.raises(Unsupported, match="nothing"):
        find_activation("nothing")
    with pytest.raises(Unsupported, match="float16"):
        lowered(_model(keras.layers.Dense(2, dtype="mixed_float16")))
