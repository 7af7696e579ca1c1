import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.env import Env
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")

_MANY = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply")
_PAIR = (*_MANY, "Subtract")


def _joined(shapes, *makers):
    """Return a model of several inputs and one output for each merging layer."""
    entries = [keras.Input(shape) for shape in shapes]
    return keras.Model(entries, [make()(entries) for make in makers])


def _inputs(numbers, *shapes, rows=3):
    return [numbers(rows, *shape, seed=seed) for seed, shape in enumerate(shapes)]


def test_two_inputs_equal_keras(numbers, strict):
    model = _joined([(3, 2), (3, 2)], *(getattr(layers, name) for name in _PAIR))
    check_lowering(model, _inputs(numbers, (3, 2), (3, 2)))


def test_three_inputs_equal_keras(numbers, strict):
    model = _joined([(4,)] * 3, *(getattr(layers, name) for name in _MANY))
    check_lowering(model, _inputs(numbers, *[(4,)] * 3))


@pytest.mark.parametrize("shapes", [[(3, 2), (1, 2)], [(2,), (3, 2)], [(2, 3, 4), (4,), (3, 1)]])
def test_inputs_of_other_shapes_are_spread_as_in_keras(shapes, numbers):
    names = [name for name in (_PAIR if len(shapes) == 2 else _MANY) if name != "Concatenate"]
    check_lowering(_joined(shapes, *(getattr(layers, name) for name in names)), _inputs(numbers, *shapes))


def test_equal_entries_share_the_gradient_of_an_extremum(numbers):
    x = numbers(3, 4)
    check_lowering(_joined([(4,), (4,)], layers.Maximum, layers.Minimum), [x, x.copy()])


def test_concatenation_along_every_axis_equals_keras(numbers, strict):
    makers = [lambda axis=axis: layers.Concatenate(axis=axis) for axis in (1, 2, 3, -1, -2, -3)]
    check_lowering(_joined([(2, 3, 4)] * 2, *makers), _inputs(numbers, *[(2, 3, 4)] * 2))


def test_inputs_of_other_lengths_are_concatenated(numbers):
    check_lowering(_joined([(2, 3), (5, 3)], lambda: layers.Concatenate(axis=1)), _inputs(numbers, (2, 3), (5, 3)))


@pytest.mark.parametrize(
    ("left", "right", "axes"),
    [
        ((4,), (4,), 1),
        ((4,), (4,), -1),
        ((3, 4), (3, 4), 1),
        ((3, 4), (5, 4), 2),
        ((3, 4), (5, 4), -1),
        ((3, 4), (4, 3), (1, 2)),
        ((3, 4), (4, 2), (-1, 1)),
        ((4,), (5, 4), (1, 2)),
        ((5, 4), (4,), (2, 1)),
        ((2, 3, 4), (3, 5), (2, 1)),
        ((2, 3), (4, 3, 2), (1, 3)),
    ],
)
def test_products_along_axes_equal_keras(left, right, axes, numbers, strict):
    makers = [lambda flag=flag: layers.Dot(axes=axes, normalize=flag) for flag in (False, True)]
    check_lowering(_joined([left, right], *makers), _inputs(numbers, left, right))


def test_the_direction_of_a_zero_vector_is_zero():
    network, _ = lowered(_joined([(2,), (2,)], lambda: layers.Dot(axes=1, normalize=True)))
    zeros, ones = np.zeros((1, 2), "float32"), np.ones((1, 2), "float32")
    [output] = network.apply({}, [zeros, ones], Env(training=False))
    np.testing.assert_array_equal(output, [[0.0]])


def test_inside_a_model_they_equal_keras(numbers):
    left, right = keras.Input((4,)), keras.Input((3,))
    one = layers.Dense(2, kernel_initializer="ones")(left)
    two = layers.Dense(2, activation="tanh", kernel_initializer="ones")(right)
    skip = layers.Add()([one, two])
    wide = layers.Concatenate()([skip, layers.Multiply()([one, two]), layers.Maximum()([one, two])])
    model = keras.Model([left, right], layers.Dense(1, kernel_initializer="ones")(wide))
    check_lowering(model, _inputs(numbers, (4,), (3,)))
    check_row_mask(model, _inputs(numbers, (4,), (3,)))


def test_hidden_entries_equal_keras():
    entry = keras.Input((4,), dtype="int32")
    one = layers.Embedding(5, 2, mask_zero=True)(entry)
    two = layers.Embedding(5, 2, mask_zero=True)(entry[:, ::-1])
    plain = keras.ops.tanh(one)
    pairs = [[one, two], [plain, two], [two, plain], [one, layers.Flatten()(plain)[:, :2]]]
    outputs = [getattr(layers, name)()(pair) for name in ("Maximum", "Minimum", "Multiply") for pair in pairs]
    ids = np.array([[1, 2, 0, 0], [3, 0, 4, 0], [0, 2, 2, 0]], "int32")
    check_lowering(keras.Model(entry, outputs), [ids])
