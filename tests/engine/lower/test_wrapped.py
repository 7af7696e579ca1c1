import keras
import pytest

from layersmith.engine.lower.wrapped import groups, inner_node
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import view


def _node(layer):
    entry = keras.Input((3, 2))
    return view(keras.Model(entry, layer(entry))).nodes[-1]


def test_a_wrapped_layer_is_a_node():
    node = _node(keras.layers.TimeDistributed(keras.layers.Dense(4, "relu", name="inner"), name="outer"))
    inner = inner_node(node, node.config["layer"], use_bias=False)
    assert (inner.name, inner.class_name, inner.module) == ("outer", "Dense", "keras.layers")
    assert (inner.config["units"], inner.config["activation"], inner.config["use_bias"]) == (4, "relu", False)


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        (lambda: keras.layers.Dense(2, kernel_regularizer="l2"), "kernel_regularizer of the wrapped Dense"),
        (lambda: keras.layers.Dense(2, activity_regularizer="l1"), "activity_regularizer"),
        (lambda: keras.layers.Dense(2, bias_constraint="non_neg"), "bias_constraint"),
        (lambda: keras.layers.Dense(2, dtype="mixed_float16"), "dtype"),
        (lambda: keras.layers.Dense(2, trainable=False), "frozen"),
    ],
)
def test_what_only_a_layer_of_the_graph_may_have_is_refused(inner, why):
    node = _node(keras.layers.TimeDistributed(inner()))
    with pytest.raises(Unsupported, match=why):
        inner_node(node, node.config["layer"])


def test_a_frozen_wrapper_freezes_what_it_wraps():
    node = _node(keras.layers.TimeDistributed(keras.layers.Dense(2), trainable=False))
    assert inner_node(node, node.config["layer"]).class_name == "Dense"


def test_a_layer_that_is_not_serialized_is_refused():
    node = _node(keras.layers.TimeDistributed(keras.layers.Dense(2)))
    with pytest.raises(Unsupported, match="not serialized"):
        inner_node(node, keras.layers.Dense(2))


def test_weights_are_grouped_by_layer_in_order():
    assert groups({"b/kernel": 1, "a/cell/kernel": 2, "b/bias": 3}) == [{"kernel": 1, "bias": 3}, {"cell/kernel": 2}]
    assert groups({}) == []
