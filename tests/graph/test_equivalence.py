import math

import keras
import numpy as np
import pytest
from keras import layers, ops

from layersmith.errors import GraphError
from layersmith.graph import difference, equivalent, view
from layersmith.graph.equivalence import random_inputs

# Keras 3.15 converts its variables in a way that NumPy 2 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


def scaled(factor, **kwargs):
    inputs = keras.Input((3,), name="x", **kwargs)
    return keras.Model(inputs, inputs * factor)


def test_a_model_equals_itself():
    assert difference(scaled(2.0), scaled(2.0)) == 0.0
    assert equivalent(scaled(2.0), scaled(2.0))


def test_difference_is_relative_to_the_largest_output():
    assert difference(scaled(1000.0), scaled(1010.0)) == pytest.approx(10 / 1010, rel=1e-4)
    assert difference(scaled(0.0), scaled(0.0)) == 0.0
    assert difference(scaled(0.0), scaled(1.0)) == 1.0


def test_tolerance_decides():
    assert not equivalent(scaled(1.0), scaled(1.001))
    assert equivalent(scaled(1.0), scaled(1.001), tolerance=1e-2)


def test_given_rows_are_used():
    rows = np.zeros((4, 3), "float32")
    assert difference(scaled(1.0), scaled(5.0), rows) == 0.0


def test_other_shapes_are_infinitely_far():
    inputs = keras.Input((3,), name="x")
    assert difference(scaled(1.0), keras.Model(inputs, inputs[:, :2])) == math.inf
    assert difference(scaled(1.0), keras.Model(inputs, [inputs, inputs + 1.0])) == math.inf


def test_nan_equals_nan_only():
    rows = np.array([[1.0, np.nan, 2.0]], "float32")
    assert difference(scaled(1.0), scaled(1.0), rows) == 0.0
    inputs = keras.Input((3,), name="x")
    assert difference(scaled(1.0), keras.Model(inputs, ops.nan_to_num(inputs)), rows) == math.inf


def test_the_worst_output_counts():
    inputs = keras.Input((3,), name="x")
    model_a = keras.Model(inputs, {"same": inputs + 1.0, "other": inputs * 1.0})
    model_b = keras.Model(inputs, {"same": inputs + 1.0, "other": inputs * 2.0})
    assert difference(model_a, model_b) == pytest.approx(0.5)


def test_rows_follow_the_seed():
    graph = view(scaled(1.0))
    np.testing.assert_array_equal(random_inputs(graph, 3), random_inputs(graph, 3))
    assert not np.array_equal(random_inputs(graph, 3), random_inputs(graph, 4))


def test_rows_have_the_structure_and_dtypes_of_the_inputs():
    inputs = {
        "codes": keras.Input((200,), dtype="int32", name="codes"),
        "flag": keras.Input((1,), dtype="bool", name="flag"),
        "image": keras.Input((4, 4, 1), dtype="uint8", name="image"),
        "series": keras.Input((None, 2), name="series"),
    }
    small = layers.Embedding(4, 2)(inputs["codes"])
    graph = view(keras.Model(inputs, [small, inputs["flag"], inputs["image"], inputs["series"]]))
    rows = random_inputs(graph)
    assert {name: (array.shape[1:], array.dtype.name) for name, array in rows.items()} == {
        "codes": ((200,), "int32"),
        "flag": ((1,), "bool"),
        "image": ((4, 4, 1), "uint8"),
        "series": ((16, 2), "float32"),
    }
    assert set(np.unique(rows["codes"])) == {0, 1, 2, 3}
    assert rows["image"].max() > 127


def test_models_without_a_graph_need_rows():
    class Own(keras.Model):
        def call(self, inputs):
            return inputs

    rows = np.ones((2, 3), "float32")
    assert difference(Own(), scaled(1.0), rows) == 0.0
    with pytest.raises(GraphError, match="subclassed"):
        difference(Own(), scaled(1.0))
