"""Numbers: read, changed together with their complements, made float32."""

import jax.numpy as jnp
import keras
import pytest

from layersmith.engine.optimizers import changed, resolve_optimizer, to_runtime
from layersmith.engine.optimizers.hyperparameters import with_complements
from layersmith.errors import UnknownNameError


def adam(**options):
    return resolve_optimizer(keras.optimizers.serialize(keras.optimizers.Adam(**options)))[1]


def test_changing_a_beta_equals_resolving_it():
    assert changed(adam(), {"beta_1": 0.5, "beta_2": 0.99}) == adam(beta_1=0.5, beta_2=0.99)


def test_changing_leaves_the_original_alone():
    numbers = adam()
    before = dict(numbers)
    changed(numbers, {"beta_1": 0.5})
    assert numbers == before


def test_changing_a_number_without_complement_adds_none():
    assert changed({"learning_rate": 0.1}, {"learning_rate": 1}) == {"learning_rate": 1.0}


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError) as error:
        changed(adam(), {"learning_rat": 0.5})
    assert "learning_rate" in error.value.fix
    assert "beta_1" in error.value.expected


def test_complements_stand_beside_their_numbers():
    assert with_complements({"a": 0.75, "b": 2.0}, ["a"]) == {"a": 0.75, "one_minus_a": 0.25, "b": 2.0}


def test_at_run_time_all_are_float32_scalars():
    runtime = to_runtime({**adam(), "steps": 3})
    assert {value.dtype for value in runtime.values()} == {jnp.dtype("float32")}
    assert {value.shape for value in runtime.values()} == {()}
