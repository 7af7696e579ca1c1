import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras import layers

from layersmith.engine.lower import pooling
from layersmith.engine.lower.env import Env
from layersmith.engine.unsupported import Unsupported
from layersmith.testing.lowerings import check_lowering, lowered

pytestmark = pytest.mark.usefixtures("plain")

CASES = {
    "1d": ((7, 2), ("MaxPooling1D", "AveragePooling1D"), [(2, None), (3, 1), (2, 3), (3, 2)]),
    "2d": ((5, 6, 2), ("MaxPooling2D", "AveragePooling2D"), [(2, None), ((2, 3), 1), (3, 2), ((1, 2), (3, 1))]),
    "3d": ((3, 4, 5, 1), ("MaxPooling3D", "AveragePooling3D"), [(2, None), ((1, 2, 3), (2, 1, 2))]),
}


def _made(case, padding):
    shape, names, options = CASES[case]
    made = [getattr(layers, name)(size, strides, padding=padding) for name in names for size, strides in options]
    return shape, made


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("case", CASES)
def test_every_option_equals_keras(case, padding, branches, numbers, strict):
    shape, made = _made(case, padding)
    check_lowering(branches(shape, *made), [numbers(2, *shape)])


def test_inside_a_model_it_equals_keras(branches, numbers):
    shape = (6, 6, 1)
    first = [layers.Conv2D(2, 2, activation="relu"), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(2)]
    second = [layers.Conv2D(2, 2, activation="tanh"), layers.AveragePooling2D(3, 2, padding="same"), layers.Dense(1)]
    model = branches(shape, first, second)
    check_lowering(model, [numbers(3, *shape)], atol=5e-6)


def test_large_windows_equal_keras(branches, numbers, monkeypatch):
    monkeypatch.setattr(pooling, "_MOST_SLICES", 3)
    shape = (6, 2)
    made = [layers.MaxPooling1D(4, 1), layers.AveragePooling1D(4, 2, padding="same"), layers.AveragePooling1D(5, 1)]
    model = branches(shape, *made)
    check_lowering(model, [numbers(2, *shape)])
    network, _ = lowered(model)
    program = str(jax.make_jaxpr(lambda x: network.apply({}, [x], Env(training=True)))(numbers(2, *shape)))
    assert "reduce_window" in program


def test_ties_give_their_gradient_to_the_first_as_in_keras(branches, numbers):
    x = np.round(numbers(2, 6, 6, 1)).astype("float32")  # many equal values
    made = [layers.MaxPooling2D(), layers.MaxPooling2D(3, 1), layers.MaxPooling2D(3, 2, padding="same")]
    check_lowering(branches((6, 6, 1), *made), [x])


def test_infinities_and_nans_pass_as_in_keras(branches):
    x = np.array([[np.nan, 1.0], [2.0, np.nan], [-np.inf, -np.inf], [np.inf, 0.0]], "float32").reshape(1, 8, 1)
    model = branches((8, 1), layers.MaxPooling1D(2), layers.MaxPooling1D(3, 1, padding="same"))
    network, _ = lowered(model)
    for mine, theirs in zip(network.apply({}, [jnp.asarray(x)], Env(training=False)), model(x), strict=True):
        np.testing.assert_array_equal(np.asarray(mine), np.asarray(theirs))


def test_averages_of_whole_tiles_are_one_sum(branches, numbers):
    network, _ = lowered(branches((5, 4, 1), layers.AveragePooling2D(2)))
    program = str(jax.make_jaxpr(lambda x: network.apply({}, [x], Env(training=True)))(numbers(2, 5, 4, 1)))
    assert program.count("reduce_sum") == 1


@pytest.mark.parametrize("name", ["MaxPooling1D", "AveragePooling1D"])
def test_channels_first_is_refused(name, branches):
    with pytest.raises(Unsupported, match="channels_first"):
        lowered(branches((2, 4), getattr(layers, name)(2, data_format="channels_first")))
