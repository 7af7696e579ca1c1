"""What counts as an array, against Keras' own adapter."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import tensorflow as tf
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter, can_convert_arrays

from layersmith.engine.fitting.arrays import as_array
from layersmith.engine.unsupported import Unsupported

VALUES = np.arange(6.0).reshape(3, 2)


class HasArray:
    shape, dtype = VALUES.shape, VALUES.dtype

    def __array__(self, dtype=None, copy=None):
        return VALUES


class Tensor:
    """A tensor with gradients on another device, as PyTorch gives it."""

    def detach(self):
        return self

    def cpu(self):
        return VALUES


ARRAYS = {
    "float64": VALUES,
    "float16": VALUES.astype("float16"),
    "int64": VALUES.astype("int64"),
    "jax": jnp.asarray(VALUES),
    "tensorflow": tf.constant(VALUES),
    "frame": pd.DataFrame(VALUES),
    "series": pd.Series([1.0, 2.0, 3.0]),
    "series of integers": pd.Series([1, 2, 3]),
    "frame of several dtypes": pd.DataFrame({"a": [1, 2, 3], "b": [True, False, True], "c": [0.5, 1.5, 2.5]}),
    "whatever has an array": HasArray(),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_are_those_of_keras(name):
    (expected,) = ArrayDataAdapter(ARRAYS[name], batch_size=3).get_numpy_iterator()
    found = as_array(ARRAYS[name])
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == ("float32" if found.dtype.kind == "f" else "int32")


def test_a_tensor_with_gradients_is_detached():
    np.testing.assert_array_equal(as_array(Tensor()), VALUES)


def test_the_dtype_wanted_is_given():
    assert as_array(np.arange(3), "float32").dtype == "float32"
    assert as_array(np.array([True, False])).tolist() == [1, 0]


def test_an_array_that_fits_is_not_copied():
    values = VALUES.astype("float32")
    assert as_array(values) is values


@pytest.mark.parametrize(
    "values", [VALUES.tolist(), (x for x in VALUES), None, 3, "text"], ids=lambda v: type(v).__name__
)
def test_what_is_no_array_to_keras_is_none_here(values):
    with pytest.raises(Unsupported, match="data"):
        as_array(values)
    assert values is None or not can_convert_arrays(values)


@pytest.mark.parametrize(
    "values",
    [
        np.array(["a", "b"]),
        np.array(3.0),
        np.array([1 + 2j]),
        pd.DataFrame({"a": [1, 2], "b": [True, False]}),
        scipy.sparse.eye(3),
        tf.ragged.constant([[1.0], [1.0, 2.0]]),
    ],
    ids=["strings", "a number", "complex", "a frame that becomes objects", "sparse", "ragged"],
)
def test_what_has_no_compiled_form_is_refused(values):
    with pytest.raises(Unsupported, match="data"):
        as_array(values)
