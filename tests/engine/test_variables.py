import jax.numpy as jnp
import keras
import numpy as np

from layersmith.engine.variables import assign


def test_variables_take_arrays_of_either_kind_and_nothing_is_copied_twice():
    variables = [keras.Variable(np.zeros(3, "float32")) for _ in range(2)]
    values = [jnp.arange(3.0), np.arange(3.0, 6.0, dtype="float32")]
    given = assign(zip(variables, values, strict=True))
    assert [variable.numpy().tolist() for variable in variables] == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert all(variable.value is value for variable, value in given)


def test_numbers_keep_the_dtype_of_the_variable():
    count = keras.Variable(0, dtype="int32", trainable=False)
    assign([(count, np.int32(4))])
    assert count.numpy() == 4
    assert count.dtype == "int32"
