"""Runs an optimizer of Keras and its compiled form side by side, on given gradients."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from keras.optimizers.schedules import CosineDecay

from layersmith.engine.optimizers import excluded_from_decay, export_state, resolve_optimizer, to_runtime

SHAPES = {"dense/kernel": (4, 3), "dense/bias": (3,), "scale": (), "embedding": (5, 2), "still": (2,)}


def make_params(seed=0):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in SHAPES.items()}


def make_gradients(steps, seed=1):
    """Random gradients; those of `still` are zero, those of `embedding` zero in most rows."""
    rng = np.random.default_rng(seed)
    batches = []
    for _ in range(steps):
        batch = {name: rng.normal(size=shape).astype(np.float32) for name, shape in SHAPES.items()}
        batch["embedding"] *= (rng.random((5, 1)) < 0.3).astype(np.float32)
        batch["embedding"][4] = 0
        batch["still"] *= 0
        batches.append(batch)
    return batches


@dataclass
class Keras:
    """A Keras optimizer with variables of its own, stepped without a model."""

    optimizer: keras.optimizers.Optimizer
    params: dict

    def __post_init__(self):
        self.variables = {
            name: keras.Variable(value, name=name.rsplit("/", 1)[-1]) for name, value in self.params.items()
        }

        self.optimizer.build(list(self.variables.values()))
        # Step by step is quicker than a program of its own, except where Keras would compile a `cond` at every step.
        branches = self.optimizer.gradient_accumulation_steps or type(self.optimizer._learning_rate) is CosineDecay
        self._apply = jax.jit(self.optimizer.stateless_apply) if branches else self.optimizer.stateless_apply

    def step(self, gradients):
        """Apply one batch, and return the weights after it."""
        state = [variable.value for variable in self.optimizer.variables]
        weights = [variable.value for variable in self.variables.values()]
        weights, state = self._apply(state, [jnp.asarray(gradients[name]) for name in self.variables], weights)
        for variable, value in zip(
            [*self.variables.values(), *self.optimizer.variables], [*weights, *state], strict=True
        ):
            variable.assign(value)
        return self.weights()

    def weights(self):
        return {name: np.asarray(variable.value) for name, variable in self.variables.items()}

    def state(self):
        return [np.asarray(variable.value) for variable in self.optimizer.variables]


class Compiled:
    """The compiled form of the same optimizer; counts how often it is traced. Without `jit`, it runs step by step."""

    def __init__(self, theirs, params, variables=None, *, jit=True):
        excluded = excluded_from_decay(theirs, variables) if variables else ()
        serialized = keras.optimizers.serialize(theirs)
        self.optimizer, self.numbers = resolve_optimizer(serialized, no_decay=excluded)
        self.params = {name: jnp.asarray(value) for name, value in params.items()}
        self.state = self.optimizer.init(self.params)
        self.order = tuple(params)
        self.traces = 0
        self._update = jax.jit(self._counted) if jit else self._counted

    def _counted(self, params, gradients, state, hyper):
        self.traces += 1
        return self.optimizer.update(params, gradients, state, hyper)

    def step(self, gradients):
        with jax.numpy_dtype_promotion("strict"):
            gradients = {name: jnp.asarray(value) for name, value in gradients.items()}
            hyper = to_runtime(self.numbers)
            self.params, self.state = self._update(self.params, gradients, self.state, hyper)
        return self.weights()

    def weights(self):
        return {name: np.asarray(self.params[name]) for name in self.order}

    def exported(self):
        rate = np.float32(self.numbers.get("learning_rate", np.nan))
        values = export_state(self.optimizer, self.state, self.order)
        return [rate if value is None else np.asarray(value) for value in values]


def assert_same_weights(ours, theirs, rtol=1e-6, atol=2e-7, message=""):
    for name, value in theirs.items():
        np.testing.assert_allclose(ours[name], value, rtol=rtol, atol=atol, err_msg=f"{name} {message}")


def assert_same_state(ours, theirs, rtol=3e-6, atol=1e-7):
    """Compare variable by variable; `atol` is relative to the variable's largest entry where that exceeds 1."""
    assert [np.shape(value) for value in ours] == [np.shape(value) for value in theirs]
    for value, expected in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(value, expected, rtol=rtol, atol=atol * max(1.0, np.abs(expected).max()))


def run_both(theirs, steps=20, *, jit=True):
    """Step both `steps` times, comparing the weights after each and the state at the end; return both."""
    params = make_params()
    reference = Keras(theirs, params)
    compiled = Compiled(theirs, params, reference.variables, jit=jit)
    for number, batch in enumerate(make_gradients(steps)):
        expected = reference.step(batch)
        assert_same_weights(compiled.step(batch), expected, message=f"after step {number + 1}")
    assert_same_state(compiled.exported(), reference.state())
    assert compiled.traces == (1 if jit else steps)
    return compiled, reference


@pytest.fixture
def both():
    """Steps both forms of a Keras optimizer and compares them; see `run_both`."""
    return run_both


@pytest.fixture
def compiled():
    """Makes the compiled form of a Keras optimizer."""
    return Compiled


@pytest.fixture
def reference():
    """Makes a Keras optimizer with variables of its own."""
    return Keras


@pytest.fixture
def same():
    """Compares weights."""
    return assert_same_weights


@pytest.fixture
def same_state():
    """Compares the variables of optimizers."""
    return assert_same_state


@pytest.fixture
def params():
    """Weights of several shapes, a scalar among them."""
    return make_params()


@pytest.fixture
def gradients():
    """Makes batches of gradients; some entries are zero in all of them."""
    return make_gradients
