"""The moving average of the weights."""

import jax.numpy as jnp
import keras
import numpy as np
import pytest

from layersmith.engine.optimizers.ema import Averaging, averaging_of, overwrite_with_average, update_average

optimizers = keras.optimizers


@pytest.mark.parametrize("momentum", [0.99, 0.5, 0.0])
@pytest.mark.parametrize("frequency", [None, 1, 3])
def test_it_follows_keras(momentum, frequency, both):
    theirs = optimizers.Adam(0.05, use_ema=True, ema_momentum=momentum, ema_overwrite_frequency=frequency)
    both(theirs, steps=7, jit=False)


@pytest.mark.parametrize("accumulate", [None, 2])
def test_finalizing_leaves_what_fit_leaves(accumulate, both, same):
    theirs = optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9, gradient_accumulation_steps=accumulate)
    compiled, reference = both(theirs, steps=5)
    last = compiled.weights()
    theirs.finalize_variable_values(list(reference.variables.values()))
    final = compiled.optimizer.finalize(compiled.params, compiled.state)
    same(final, reference.weights())
    assert (final["dense/kernel"] != last["dense/kernel"]).any()


def test_finalizing_without_an_average_changes_nothing(compiled, params):
    ours = compiled(optimizers.SGD(0.1), params)
    assert ours.optimizer.finalize(ours.params, ours.state) is ours.params


def test_the_first_update_takes_the_weights_as_they_are():
    average = update_average({"a": jnp.float32(100)}, {"a": jnp.float32(3)}, jnp.int32(0), jnp.float32(0.9))
    assert float(average["a"]) == 3.0


def test_later_updates_mix():
    average = update_average({"a": jnp.float32(1)}, {"a": jnp.float32(3)}, jnp.int32(1), jnp.float32(0.75))
    assert float(average["a"]) == 1.5


@pytest.mark.parametrize(("iterations", "expected"), [(0, 1.0), (1, 1.0), (2, 9.0), (3, 1.0), (5, 9.0)])
def test_every_third_update_overwrites(iterations, expected):
    averaging = Averaging(overwrite_every=3)
    weights = overwrite_with_average(averaging, {"a": jnp.float32(1)}, {"a": jnp.float32(9)}, jnp.int32(iterations))
    assert float(weights["a"]) == expected


def test_without_a_frequency_nothing_is_overwritten():
    params = {"a": jnp.float32(1)}
    assert overwrite_with_average(Averaging(), params, {"a": jnp.float32(9)}, jnp.int32(0)) is params


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, None),
        ({"use_ema": False, "ema_overwrite_frequency": 3}, None),
        ({"use_ema": True}, Averaging()),
        ({"use_ema": True, "ema_overwrite_frequency": None}, Averaging()),
        ({"use_ema": True, "ema_overwrite_frequency": 3}, Averaging(overwrite_every=3)),
    ],
)
def test_it_is_read_of_the_configuration(config, expected):
    assert averaging_of(config) == expected


def test_the_average_of_padding_is_zero(compiled, params, gradients):
    ours = compiled(optimizers.Adam(use_ema=True), {"a": np.zeros(3, np.float32)}, jit=False)
    ours.step({"a": np.zeros(3, np.float32)})
    assert not np.asarray(ours.state["average"]["a"]).any()
