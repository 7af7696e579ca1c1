"""A program's state out of a Keras model and back into it."""

import jax
import keras
import numpy as np
import pytest

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fitting.state import ModelState
from layersmith.engine.program import Carry


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.BatchNormalization()])
    made.layers[0].trainable = True
    made.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
    return made


@pytest.fixture
def state(model):
    return ModelState(model, CompiledEngine().prepare(model, [(2,)], rows=0, shared=False))


def moved(carry):
    return jax.tree.map(lambda leaf: leaf + 1, carry)


def test_what_is_given_is_what_a_model_then_has(model, state):
    before = [np.array(weight) for weight in model.get_weights()]
    state.carry = moved(state.carry)
    state.give()
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then + 1)
    assert int(model.optimizer.iterations) == 1
    assert float(model.optimizer.learning_rate) == pytest.approx(0.1)
    assert all(np.all(np.asarray(slot.value) == 1) for slot in model.optimizer.momentums)


def test_weights_are_copies_in_the_order_of_the_model(model, state):
    state.carry = moved(state.carry)
    expected = [weight + 1 for weight in model.get_weights()]
    for now, then in zip(state.weights(), expected, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_model_that_nobody_changed_is_not_read_again(model, state):
    state.give()
    carry = state.carry
    state.take()
    assert state.carry is carry
    model.layers[0].bias.assign([5.0, 6.0])
    state.take()
    assert state.carry is not carry
    assert state.carry.trained["1/bias"].tolist() == [5.0, 6.0]


def test_the_state_of_the_optimizer_is_read_again_too(model, state):
    state.give()
    model.optimizer.momentums[1].assign([7.0, 8.0])
    state.take()
    assert state.carry.slots["momentum"]["1/bias"].tolist() == [7.0, 8.0]


def test_the_rate_is_that_of_the_model(model, state):
    model.optimizer.learning_rate = 0.25
    assert float(state.hyper["learning_rate"]) == pytest.approx(0.1)
    state.take_rate()
    assert float(state.hyper["learning_rate"]) == 0.25


def test_the_average_ends_in_the_weights_place(model):
    model.compile(keras.optimizers.SGD(0.1, use_ema=True), "mse")
    state = ModelState(model, CompiledEngine().prepare(model, [(2,)], rows=0, shared=False))
    average = jax.tree.map(lambda leaf: leaf + 3, state.carry.trained)
    slots = {**state.carry.slots, "average": average}
    state.carry = Carry(trained=state.carry.trained, state=state.carry.state, slots=slots)
    state.finish()
    np.testing.assert_array_equal(model.layers[0].bias, [3.0, 3.0])
