import keras
import pytest
from keras import layers

from layersmith.errors import UnknownNameError
from layersmith.graph import Reference, ancestors, consumers, descendants, paths, producers, references, view


@pytest.fixture(scope="module")
def diamond():
    """x -> a -> (b, c) -> d, and e beside it on x."""
    inputs = keras.Input((3,), name="x")
    a = layers.ReLU(name="a")(inputs)
    d = layers.Add(name="d")([layers.ReLU(name="b")(a), layers.ReLU(name="c")(a)])
    return view(keras.Model(inputs, [d, layers.ReLU(name="e")(inputs)]))


def names(nodes):
    return [node.name for node in nodes]


def test_neighbours(diamond):
    assert names(producers(diamond, "d")) == ["b", "c"]
    assert names(producers(diamond, "x")) == []
    assert names(consumers(diamond, "a")) == ["b", "c"]
    assert names(consumers(diamond, "d")) == []


def test_reach(diamond):
    assert names(ancestors(diamond, "d")) == ["x", "a", "b", "c"]
    assert names(ancestors(diamond, "e")) == ["x"]
    assert names(descendants(diamond, "x")) == ["a", "b", "c", "d", "e"]
    assert names(descendants(diamond, "c")) == ["d"]


def test_paths(diamond):
    assert paths(diamond, "x", "d") == (("x", "a", "b", "d"), ("x", "a", "c", "d"))
    assert paths(diamond, "d", "x") == ()
    assert paths(diamond, "a", "a") == (("a",),)


def test_a_tensor_read_twice_has_one_producer():
    inputs = keras.Input((3,), name="x")
    graph = view(keras.Model(inputs, layers.Add(name="add")([inputs, inputs])))
    assert names(producers(graph, "add")) == ["x"]
    assert names(consumers(graph, "x")) == ["add"]


@pytest.mark.parametrize("function", [producers, consumers, ancestors, descendants])
def test_unknown_names_are_refused(diamond, function):
    with pytest.raises(UnknownNameError):
        function(diamond, "nowhere")


def test_references_in_structures():
    x, y = Reference("x"), Reference("y", 1)
    assert list(references((x, [1, {"k": y}], None))) == [x, y]
    assert list(references(3.0)) == []
