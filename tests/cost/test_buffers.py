import keras
import pytest
from tests.cost.xla import build

from layersmith.cost.buffers import buffers, dtype_bytes, peak_bytes
from layersmith.errors import GraphError
from layersmith.graph import references, view

layers = keras.layers


def dense(width):
    return layers.Dense(width, use_bias=False)


def residual(x):
    left = dense(8)(dense(32)(x))
    return layers.Add()([x, left, dense(8)(x)])


def two_outputs(x):
    early = dense(50)(x)
    return [early, dense(2)(dense(30)(x))]


def dropped(x):
    return dense(4)(layers.Flatten()(layers.Dropout(0.5)(layers.Reshape((2, 4))(dense(8)(x)))))


def reread_view(x):
    hidden = dense(8)(x)
    flat = layers.Reshape((2, 4))(hidden)
    return layers.Concatenate()([layers.Flatten()(flat), dense(16)(hidden)])


def states(x):
    return layers.LSTM(4, return_state=True)(layers.Reshape((2, 4))(x))[0]


def naive_peak(graph):
    """Return the peak over places of all that was written and is still to be read, one set of names per place."""
    passes = ("Reshape", "Flatten", "Dropout")
    owner = {}
    for node in graph.nodes:
        for index, shape in enumerate(node.output_shapes):
            source = owner[node.inputs[0]] if node.class_name in passes else (node.name, index, shape)
            owner[next(r for r in references_of(node) if r.index == index)] = source
    outputs = {owner[reference] for reference in references(graph.outputs)}
    peaks = []
    for place, node in enumerate(graph.nodes):
        written = {owner[r] for earlier in graph.nodes[: place + 1] for r in references_of(earlier)}
        read = {owner[r] for later in graph.nodes[place:] for r in later.inputs}
        made = {owner[r] for r in references_of(node)}
        alive = (written & (read | outputs)) | made
        peaks.append(sum(4 * _size(shape) for _, _, shape in alive))
    return max(peaks)


def references_of(node):
    from layersmith.graph import Reference

    return [Reference(node.name, index) for index in range(len(node.output_shapes))]


def _size(shape):
    size = 1
    for length in shape[1:]:
        size *= length
    return size


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (dense(16), 8 + 16),
        (residual, 8 + 32 + 8),
        (two_outputs, 8 + 50 + 30),
        (dropped, 8 + 8),
        (reread_view, 8 + 16 + 24),
        (states, 8 + 3 * 4),
    ],
)
def test_the_peak_of_small_networks(network, expected):
    graph = view(build(network, (8,)))
    assert peak_bytes(graph, {}) == 4 * expected == naive_peak(graph)


def test_what_exists_inside_a_node_counts_while_it_is_computed():
    graph = view(build(lambda x: dense(2)(dense(16)(x)), (8,)))
    first, last = graph.nodes[1].name, graph.nodes[2].name
    assert peak_bytes(graph, {first: 100}) == 4 * 24 + 100
    assert peak_bytes(graph, {last: 4}) == 4 * 24  # 18 values and one inside are fewer than 24


def test_dropout_needs_a_tensor_of_its_own_while_training():
    graph = view(build(dropped, (8,)))
    assert sum(buffer.num_bytes for buffer in buffers(graph, training=False)) == 4 * (8 + 8 + 4)
    assert sum(buffer.num_bytes for buffer in buffers(graph, training=True)) == 4 * (8 + 8 + 8 + 4)


def test_a_view_in_another_dtype_is_a_copy():
    graph = view(build(layers.Flatten(dtype="float16"), (2, 4)))
    assert [buffer.num_bytes for buffer in buffers(graph, training=False)] == [32, 16]


def test_the_output_of_a_model_lives_to_the_end():
    graph = view(build(two_outputs, (8,)))
    lives = {buffer.num_bytes: (buffer.born, buffer.last) for buffer in buffers(graph, training=False)}
    assert lives[200][1] == lives[8][1] == len(graph.nodes)
    assert lives[120] == (2, 3)


@pytest.mark.parametrize(("dtype", "expected"), [("float64", 8), ("uint8", 1), ("bfloat16", 2), ("float8_e5m2", 1)])
def test_bytes_of_a_dtype(dtype, expected):
    assert dtype_bytes(dtype) == expected


def test_strings_have_no_bytes():
    with pytest.raises(GraphError, match="dtype 'string'") as caught:
        dtype_bytes("string")
    assert "codes" in caught.value.fix
