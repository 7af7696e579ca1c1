"""Weight decay, with the variables that are left out of it."""

import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.optimizers import excluded_from_decay
from layersmith.engine.optimizers.decay import decay_weights

optimizers = keras.optimizers


@pytest.mark.parametrize(
    "make",
    [optimizers.SGD, optimizers.Adam, optimizers.AdamW, optimizers.RMSprop, optimizers.Lion],
    ids=lambda it: it.__name__,
)
@pytest.mark.parametrize("names", [["bias"], ["kern", "scale"], ["nothing"]], ids=str)
def test_excluded_names_follow_keras(make, names, both):
    theirs = make(0.05, weight_decay=0.2)
    theirs.exclude_from_weight_decay(var_names=names)
    both(theirs, steps=3, jit=False)


def test_excluded_variables_follow_keras(reference, params):
    theirs = optimizers.AdamW()
    variables = {name: keras.Variable(value, name=name.rsplit("/", 1)[-1]) for name, value in params.items()}
    theirs.exclude_from_weight_decay(var_list=[variables["scale"]], var_names=["bias"])
    assert excluded_from_decay(theirs, variables) == ("dense/bias", "scale")


def test_nothing_is_excluded_unless_asked():
    assert excluded_from_decay(optimizers.AdamW(), {"a": keras.Variable(1.0)}) == ()


def test_excluded_names_are_patterns_on_the_short_name():
    theirs = optimizers.AdamW()
    theirs.exclude_from_weight_decay(var_names=["dense"])
    variables = {
        "dense/kernel": keras.Variable(1.0, name="kernel"),
        "dense_scale": keras.Variable(1.0, name="dense_scale"),
    }
    assert excluded_from_decay(theirs, variables) == ("dense_scale",)


def test_decay_is_proportional_to_the_learning_rate():
    decayed = decay_weights({"a": jnp.array([2.0, -4.0])}, jnp.float32(0.5), jnp.float32(0.1))
    np.testing.assert_allclose(decayed["a"], [1.9, -3.8], rtol=1e-6)


def test_zero_weights_stay_zero():
    assert float(decay_weights({"a": jnp.float32(0)}, jnp.float32(0.5), jnp.float32(0.1))["a"]) == 0


def test_a_decay_of_zero_changes_nothing():
    weights = jnp.array([0.1, 0.7, -3.3])
    np.testing.assert_array_equal(decay_weights({"a": weights}, jnp.float32(0.5), jnp.float32(0))["a"], weights)


def test_decay_follows_the_schedule(both):
    schedule = optimizers.schedules.ExponentialDecay(0.5, 2, 0.5)
    both(optimizers.SGD(schedule, weight_decay=0.3), steps=6)
