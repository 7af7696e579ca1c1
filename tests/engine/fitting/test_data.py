"""Inputs, targets and weights in the order of the model, and what is left to Keras."""

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers
from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights

from layersmith.engine.fitting.data import class_weights, read_data, split_validation
from layersmith.engine.objective import outputs_of
from layersmith.engine.unsupported import Unsupported
from layersmith.errors import DataError

LEFT, RIGHT = np.ones((6, 3), "float32"), 2 * np.ones((6, 1), "float32")
A, B, W = np.zeros((6, 1)), np.ones(6), np.linspace(0.0, 1.0, 6)


def model(container="list", inputs="list"):
    left, right = keras.Input((3,), name="left"), keras.Input((1,), name="right")
    joined = layers.Concatenate()([left, right])
    a, b = layers.Dense(1, name="a")(joined), layers.Dense(1, name="b")(joined)
    entries = {"list": [left, right], "dict": {"left": left, "right": right}}
    return keras.Model(entries[inputs], {"list": [a, b], "dict": {"b": b, "a": a}, "one": a}[container])


def read(kind, x, y, sample_weight=None, inputs="list"):
    one = model(kind, inputs)
    return read_data(one, outputs_of(one), x, y, sample_weight)


@pytest.mark.parametrize("inputs", ["list", "dict"])
@pytest.mark.parametrize(
    "x", [[LEFT, RIGHT], (LEFT, RIGHT), {"right": RIGHT, "left": LEFT, "more": A}], ids=["list", "tuple", "dict"]
)
def test_inputs_come_in_the_order_of_the_model(x, inputs):
    left, right = read("one", x, A, inputs=inputs).x
    assert (left.shape, right.shape) == ((6, 3), (6, 1))


def test_a_last_axis_of_one_is_added_or_dropped():
    assert [part.shape for part in read("one", [LEFT[..., None], RIGHT[:, 0]], A).x] == [(6, 3), (6, 1)]
    assert read("one", [pd.DataFrame(LEFT), pd.Series(RIGHT[:, 0])], pd.Series(B)).y[0].shape == (6, 1)


@pytest.mark.parametrize(
    "x",
    [[LEFT], [LEFT, LEFT], [RIGHT, LEFT], {"left": LEFT}, [LEFT, None], [LEFT[:, None], RIGHT], iter([LEFT])],
    ids=["one", "twice", "swapped", "by name", "missing", "another rank", "a generator"],
)
def test_inputs_that_do_not_fit_are_left_to_keras(x):
    with pytest.raises(Unsupported, match=r"inputs|data"):
        read("one", x, A)


@pytest.mark.parametrize(
    ("kind", "y"),
    [("list", [A, B]), ("list", {"b": B, "a": A}), ("dict", {"b": B, "a": A}), ("dict", (A, B))],
    ids=["list", "names for a list", "dict", "tuple for a dict"],
)
def test_targets_come_in_the_order_of_the_outputs(kind, y):
    first, second = read(kind, [LEFT, RIGHT], y).y
    assert (first.shape, second.shape) == ((6, 1), (6,))


def test_a_dictionary_may_lack_targets():
    assert read("dict", [LEFT, RIGHT], {"b": B}).target_shapes == [None, ()]


@pytest.mark.parametrize(
    ("y", "weight", "expected"),
    [
        ([A, B], None, [None, None]),
        ([A, B], W, [W, W]),
        ([A, B], [W, None], [W, None]),
        ((A, B), (None, W), [None, W]),
    ],
    ids=["none", "one for all", "one for the first", "one for the second"],
)
def test_weights_are_those_of_each_output(y, weight, expected):
    found = read("list", [LEFT, RIGHT], y, weight).sample_weight
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other if other is None else other.astype("float32"))


@pytest.mark.parametrize("weight", [np.ones((6, 2)), (W, W), {"a": W}, [W]], ids=["wide", "tuple", "dict", "short"])
def test_weights_that_do_not_fit_are_left_to_keras(weight):
    with pytest.raises(Unsupported, match="sample weights"):
        read("list", [LEFT, RIGHT], [A, B], weight)


def test_lengths_must_agree():
    with pytest.raises(DataError, match="5, 6 rows"):
        read("list", [LEFT, RIGHT], [A, B], [None, W[:5]])


def test_rows_are_split_as_in_keras():
    train, held = split_validation(read("list", [LEFT, RIGHT], [A, B], W), 0.3)
    assert (len(train), len(held)) == (4, 2)
    assert held.sample_weight[1].tolist() == W[4:].astype("float32").tolist()
    with pytest.raises(DataError, match="both sides"):
        split_validation(train, 0.99)


WEIGHTS = {0: 0.5, 2: 3.0}


@pytest.mark.parametrize(
    "y",
    [
        np.array([0, 1, 2, 2]),
        np.array([[0], [1], [2]]),
        np.array([0.0, 0.9, 2.1]),
        np.eye(3)[[2, 0, 1]],
        np.array([True, False]),
    ],
    ids=["codes", "a column", "floats", "one-hot", "bool"],
)
def test_class_weights_are_those_of_keras(y):
    np.testing.assert_array_equal(class_weights(y, WEIGHTS), class_weight_to_sample_weights(y, WEIGHTS))


@pytest.mark.parametrize("y", [[A, B], {"a": A}, np.zeros((3, 4, 2))], ids=["list", "dict", "codes"])
def test_class_weights_are_for_one_code_a_row(y):
    with pytest.raises(Unsupported, match="class_weight"):
        class_weights(y, WEIGHTS)
