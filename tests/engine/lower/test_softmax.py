import jax
import keras
import numpy as np
import pytest

from layersmith.testing.lowerings import check_lowering, check_row_mask

pytestmark = pytest.mark.usefixtures("plain")


@pytest.mark.parametrize("axis", [-1, 1, [2], [1, 2]])
def test_every_axis_equals_keras(axis, numbers):
    model = keras.Sequential([keras.Input((3, 4)), keras.layers.Softmax(axis=axis)])
    with jax.numpy_dtype_promotion("strict"):
        check_lowering(model, [numbers(5, 3, 4)])
        check_row_mask(model, [numbers(5, 3, 4)])


def test_masks_equal_keras_even_where_all_is_hidden(numbers):
    entry = keras.Input((3, 4))
    masks = [keras.Input((3, 4), dtype="bool"), keras.Input((3, 4))]
    outputs = [keras.layers.Softmax(axis=axis)(entry, mask=mask) for axis in (-1, [1, 2]) for mask in masks]
    seen = np.random.default_rng(0).integers(0, 2, (5, 3, 4)).astype(bool)
    seen[0] = seen[1, 1] = False
    model = keras.Model([entry, *masks], outputs)
    check_lowering(model, [numbers(5, 3, 4), seen, seen.astype("float32") * 0.8])
