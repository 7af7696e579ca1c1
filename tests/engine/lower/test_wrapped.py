from dataclasses import replace

import keras
import pytest

from layersmith.engine.lower.wrapped import inner_node, parts, within
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import view


def _node(layer):
    entry = keras.Input((3, 2))
    return view(keras.Model(entry, layer(entry))).nodes[-1]


def test_a_wrapped_layer_is_a_node():
    node = _node(keras.layers.TimeDistributed(keras.layers.Dense(4, "relu", name="inner"), name="outer"))
    inner = inner_node(node, "layer", use_bias=False)
    assert (inner.name, inner.class_name, inner.module) == ("outer", "Dense", "keras.layers")
    assert (inner.config["units"], inner.config["activation"], inner.config["use_bias"]) == (4, "relu", False)


def test_a_dtype_of_its_own_is_refused():
    node = _node(keras.layers.TimeDistributed(keras.layers.Dense(2, dtype="mixed_float16")))
    with pytest.raises(Unsupported, match="dtype"):
        inner_node(node, "layer")


def test_a_layer_that_is_not_serialized_is_refused():
    node = _node(keras.layers.RNN([keras.layers.GRUCell(2)]))
    with pytest.raises(Unsupported, match="not serialized"):
        inner_node(replace(node, config={**node.config, "cell": keras.layers.GRUCell(2)}), "cell")


def test_parts_are_all_layers_inside():
    layer = keras.layers.Bidirectional(keras.layers.RNN(keras.layers.GRUCell(2)))
    assert [(prefix, part.class_name) for prefix, part in parts(_node(layer))] == [
        ("", "Bidirectional"),
        ("forward_layer/", "RNN"),
        ("forward_layer/cell/", "GRUCell"),
        ("backward_layer/", "RNN"),
        ("backward_layer/cell/", "GRUCell"),
    ]
    assert [prefix for prefix, _ in parts(_node(keras.layers.Dense(2)))] == [""]


def test_weights_within_a_layer():
    weights = {"layer/kernel": 1, "layer/cell/kernel": 2, "other/kernel": 3}
    assert within(weights, "layer/") == {"kernel": 1, "cell/kernel": 2}
    assert within(weights, "layer/cell/") == {"kernel": 2}
    assert within(weights, "") == weights
