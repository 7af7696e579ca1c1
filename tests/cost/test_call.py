import keras
import numpy as np

from layersmith.cost.call import read_call, size_of
from layersmith.graph import view


def test_the_batch_and_unknown_lengths_are_one():
    assert size_of((None, 5, None)) == (1, 5, 1)
    assert size_of((32, 5)) == (1, 5)
    assert size_of(()) == ()


def test_tensors_and_constants_are_inputs_and_masks_are_not():
    x, mask = keras.Input((6, 4)), keras.Input((6,), dtype="bool")
    model = keras.Model([x, mask], keras.ops.matmul(keras.layers.LSTM(3)(x, mask=mask), np.ones((3, 2), "float32")))
    graph = view(model)
    lstm, product = (read_call(graph, node) for node in graph.nodes if not node.is_input)
    assert lstm.inputs == ((1, 6, 4),)
    assert product.inputs == ((1, 3), (3, 2))
    assert product.outputs == ((1, 2),)


def test_arguments_are_found_by_name_or_place():
    query, value = keras.Input((6, 4)), keras.Input((5, 4))
    model = keras.Model([query, value], keras.layers.MultiHeadAttention(1, 2)(query, value=value))
    graph = view(model)
    call = read_call(graph, graph.nodes[-1])
    assert call.argument("query", 0) == (1, 6, 4)
    assert call.argument("value", 1) == (1, 5, 4)


def test_inputs_in_lists_are_flattened():
    inputs = [keras.Input((3,)), keras.Input((2,))]
    graph = view(keras.Model(inputs, keras.layers.Concatenate()(inputs)))
    assert read_call(graph, graph.nodes[-1]).inputs == ((1, 3), (1, 2))
