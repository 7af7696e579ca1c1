"""Masks follow Keras through whole models: what is recorded in the graph, and what is found on the tensors."""

import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.mask_flow import mask_flow
from layersmith.graph import view
from layersmith.testing.lowerings import check_lowering, check_row_mask

pytestmark = [
    pytest.mark.usefixtures("plain"),
    pytest.mark.filterwarnings("ignore:.*does not support masking"),  # Keras' words for nested models and convolutions
]

_IDS = np.array([[1, 2, 0, 0], [3, 0, 4, 1], [0, 0, 0, 0], [1, 1, 1, 1]], "int32")
_QUIET = {"kernel_initializer": "zeros", "recurrent_initializer": "zeros"}


def _model(build):
    entry = keras.Input((4,), dtype="int32")
    embedded = layers.Embedding(5, 3, mask_zero=True, embeddings_initializer="zeros")(entry)
    model = keras.Model(entry, build(entry, embedded))
    source = np.random.default_rng(5)
    model.set_weights([source.normal(size=w.shape).astype("float32") * 0.5 for w in model.get_weights()])
    return model


def _recurrent(*values):
    return [layers.GRU(2, **_QUIET)(value) for value in values]


def test_merged_masks_equal_keras():
    def build(entry, value):
        other = layers.Masking()(layers.Dense(3, kernel_initializer="zeros")(value))
        bare = layers.Conv1D(3, 1, kernel_initializer="zeros")(value)
        joined = [
            layers.Add()([value, other]),
            layers.Average()([value, bare]),
            layers.Concatenate()([value, bare]),
            layers.Concatenate(axis=1)([value, other]),
        ]
        return [_pooled(each) for each in joined]

    def _pooled(value):
        return layers.GlobalAveragePooling1D()(value)

    check_lowering(_model(build), [_IDS])
    check_row_mask(_model(build), [_IDS])


def test_masks_enter_nested_models():
    inside = keras.Input((4, 3))
    value = layers.GRU(2, **_QUIET, return_sequences=True)(inside)
    inner = keras.Model(inside, layers.Multiply()([value, value]))
    once = keras.Sequential([keras.Input((4, 3)), inner])

    def build(entry, value):
        return _recurrent(once(value), inner(layers.Conv1D(3, 1, kernel_initializer="zeros")(value)))

    check_lowering(_model(build), [_IDS])


def test_calls_with_other_arguments_find_the_mask():
    def build(entry, value):
        flipped = keras.ops.not_equal(entry, 1)
        return [
            layers.GRU(2, **_QUIET)(sequences=value),
            layers.SimpleRNN(2, **_QUIET)(value, training=True),
            layers.SimpleRNN(2, **_QUIET)(value, mask=flipped),
            layers.Bidirectional(layers.SimpleRNN(2, **_QUIET))(value, training=False),
            layers.BatchNormalization()(value, training=None),
            layers.Softmax(axis=1)(value[..., 0], mask=flipped),
        ]

    check_lowering(_model(build), [_IDS])


def test_a_block_of_a_transformer_equals_keras():
    def build(entry, value):
        attended = layers.MultiHeadAttention(1, 2, kernel_initializer="zeros")(value, value, use_causal_mask=True)
        value = layers.LayerNormalization()(layers.Add()([value, attended]))
        return [layers.GlobalAveragePooling1D()(value), *_recurrent(layers.Dropout(0.0)(value))]

    check_lowering(_model(build), [_IDS], atol=1e-5)
    check_row_mask(_model(build), [_IDS])


def test_layers_that_know_no_masks_end_them():
    def build(entry, value):
        return _recurrent(layers.Permute((2, 1))(value), layers.MaxPooling1D(2)(value), keras.ops.tanh(value))

    check_lowering(_model(build), [_IDS])


def test_operations_know_no_masks():
    nodes = view(_model(lambda entry, value: keras.ops.tanh(value))).nodes
    assert [mask_flow(node) is None for node in nodes if not node.is_input] == [False, True]
