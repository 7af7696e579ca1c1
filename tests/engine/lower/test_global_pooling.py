import keras
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, check_row_mask, lowered

pytestmark = pytest.mark.usefixtures("plain")


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_every_option_equals_keras(rank, branches, numbers, strict):
    shape = (*(3, 4, 2)[:rank], 2)
    kinds = [getattr(layers, f"Global{kind}Pooling{rank}D") for kind in ("Max", "Average")]
    made = [kind(keepdims=keepdims) for kind in kinds for keepdims in (False, True)]
    check_lowering(branches(shape, *made), [numbers(3, *shape)])


def test_inside_a_model_it_equals_keras(branches, numbers):
    paths = [[layers.Conv1D(2, 2, activation="relu"), kind(), layers.Dense(2)] for kind in _kinds()]
    model = branches((5, 2), *paths)
    check_lowering(model, [numbers(3, 5, 2)])
    check_row_mask(model, [numbers(3, 5, 2)])


def test_equal_maxima_share_the_gradient_as_in_keras(branches, numbers):
    x = np.round(numbers(3, 9, 2)).astype("float32")
    check_lowering(branches((9, 2), layers.GlobalMaxPooling1D()), [x])


@pytest.mark.parametrize("keepdims", [False, True])
def test_a_mask_leaves_steps_out(keepdims, numbers):
    series, steps = keras.Input((4, 2)), keras.Input((4,), dtype="bool")
    model = keras.Model([series, steps], layers.GlobalAveragePooling1D(keepdims=keepdims)(series, mask=steps))
    x = numbers(3, 4, 2)
    mask = np.array([[1, 1, 0, 0], [1, 0, 1, 1], [0, 0, 0, 1]], bool)
    network, _ = lowered(model)
    mine = np.asarray(network.apply({}, [x, mask], Env(training=False)))
    theirs = np.asarray(model([x, mask]))
    np.testing.assert_allclose(mine, theirs, rtol=1e-6)
    np.testing.assert_allclose(mine.reshape(3, 2)[0], x[0, :2].mean(axis=0), rtol=1e-6)


def test_masked_steps_may_hold_anything(numbers):
    series, steps = keras.Input((2, 1)), keras.Input((2,), dtype="bool")
    model = keras.Model([series, steps], layers.GlobalAveragePooling1D()(series, mask=steps))
    network, _ = lowered(model)
    x = np.array([[[3.0], [np.nan]]], "float32")
    assert float(network.apply({}, [x, np.array([[True, False]])], Env(training=False))[0, 0]) == 3.0


@pytest.mark.parametrize("name", ["GlobalMaxPooling1D", "GlobalAveragePooling1D"])
def test_channels_first_is_refused(name, branches):
    with pytest.raises(Unsupported, match="channels_first"):
        lowered(branches((2, 4), getattr(layers, name)(data_format="channels_first")))


def _kinds():
    return layers.GlobalMaxPooling1D, layers.GlobalAveragePooling1D
