import keras
import numpy as np
import pytest
from keras import layers, regularizers

from layersmith.engine.lower.penalties import strengths_of
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import view
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

_ALL = {"kernel_regularizer": "l2", "bias_regularizer": "l1"}
_RECURRENT = {**_ALL, "recurrent_regularizer": regularizers.L1L2(0.1, 0.2), "activity_regularizer": "l2"}


def test_recurrent_layers_alone_and_wrapped_equal_keras(branches, numbers):
    model = branches(
        (3, 2),
        layers.GRU(2, **_RECURRENT),
        layers.RNN(layers.SimpleRNNCell(2, kernel_regularizer="l1", recurrent_regularizer="l2")),
        layers.Bidirectional(layers.LSTM(2, **_RECURRENT, return_sequences=True)),
        layers.Bidirectional(layers.SimpleRNN(2, **_RECURRENT), activity_regularizer="l1", merge_mode="sum"),
    )
    check_lowering(model, [numbers(4, 3, 2)])
    check_row_mask(model, [numbers(4, 3, 2)])


def test_other_weights_equal_keras(branches, numbers):
    model = branches(
        (4, 3),
        layers.SeparableConv1D(2, 2, depthwise_regularizer="l2", pointwise_regularizer="l1", bias_regularizer="l2"),
        layers.DepthwiseConv1D(2, depthwise_regularizer="l2"),
        layers.BatchNormalization(gamma_regularizer="l1", beta_regularizer="l2"),
        layers.LayerNormalization(gamma_regularizer="l1", center=False, beta_regularizer="l2"),
        layers.PReLU(alpha_regularizer="l2"),
        layers.EinsumDense("abc,cd->abd", (None, 2), kernel_regularizer="l2", bias_regularizer="l1"),
        layers.TimeDistributed(layers.Dense(2, **_ALL, activity_regularizer="l2")),
    )
    check_lowering(model, [numbers(4, 4, 3)])
    check_row_mask(model, [numbers(4, 4, 3)])


@pytest.mark.parametrize("freeze", ["layer", "wrapped", "all"])
def test_frozen_weights_are_penalised_as_in_keras(freeze, branches, numbers):
    frozen = {"trainable": freeze != "layer"}
    model = branches(
        (3, 2),
        layers.Dense(2, **_ALL, activity_regularizer="l1", **frozen),
        layers.TimeDistributed(layers.Dense(2, **_ALL, trainable=freeze != "wrapped")),
        layers.Bidirectional(layers.SimpleRNN(2, **_RECURRENT, **frozen)),
        layers.Dense(3, **_ALL),
    )
    model.trainable = freeze != "all"
    check_lowering(model, [numbers(4, 3, 2)])


def test_outputs_of_a_shared_layer_are_not_penalised_as_keras_forgets_them():
    shared, entry = layers.Dense(2, activity_regularizer="l1"), keras.Input((2,))
    keras.Model(entry, shared(entry))
    lowered(keras.Model(entry, shared(entry)))  # several calls, one of them in this model
    with pytest.raises(Unsupported, match="several times"):
        lowered(keras.Model(entry, shared(shared(entry))))


def test_strengths_are_known_by_the_roles_of_wrapped_layers():
    entry = keras.Input((3, 2))
    layer = layers.Bidirectional(layers.GRU(2, kernel_regularizer=regularizers.L2(0.5)), activity_regularizer="l1")
    assert strengths_of(view(keras.Model(entry, layer(entry))).nodes[-1]) == {
        "activity_regularizer/l1": np.float32(0.01),
        "forward_layer/kernel_regularizer/l2": 0.5,
        "backward_layer/kernel_regularizer/l2": 0.5,
    }


def test_wrapped_strengths_are_not_part_of_the_signature():
    made = [layers.GRU(2, recurrent_regularizer=regularizers.L2(strength)) for strength in (0.1, 0.2)]
    models = [keras.Sequential([keras.Input((3, 2)), layers.Bidirectional(layer)]) for layer in made]
    assert len({lowered(model)[0].signature for model in models}) == 1


def test_a_regulariser_that_is_not_one_of_the_three_is_refused():
    layer = layers.TimeDistributed(layers.Dense(2, kernel_regularizer=regularizers.OrthogonalRegularizer()))
    with pytest.raises(Unsupported, match="OrthogonalRegularizer"):
        lowered(keras.Sequential([keras.Input((3, 2)), layer]))
