import keras
import pytest

from layersmith.engine.lower.positional import positional
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Reference, view


def _last(build):
    entry = keras.Input((3, 4), name="x")
    return view(keras.Model(entry, build(entry))).nodes[-1]


def test_the_first_argument_finds_its_place():
    node = positional(_last(lambda x: keras.layers.GRU(2)(sequences=x, training=True)))
    assert node.args == (Reference("x"),)
    assert node.kwargs == {"training": True}


def test_calls_by_place_stay():
    node = _last(lambda x: keras.layers.GRU(2)(x, training=True))
    assert positional(node) is node


def test_a_call_without_its_first_argument_is_refused():
    class Late(keras.layers.Layer):
        def call(self, x=None, y=None):
            return y

    with pytest.raises(Unsupported, match="first argument"):
        positional(_last(lambda x: Late()(y=x)))
