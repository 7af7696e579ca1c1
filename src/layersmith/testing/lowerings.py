"""The contract of a lowering: equal to Keras in values, gradients and state, and blind to rows that do not exist.

A test file lists models (each holds the layer under test) and inputs, and calls `check_lowering`. The peer is the model
itself, called through Keras' `stateless_call` on the JAX backend.
"""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.lower.env import Env
from layersmith.engine.lower.network import Network, lower, read_weights, variables_of
from layersmith.engine.lower.runtime import runtime_values
from layersmith.graph import view

__all__ = ["check_lowering", "check_row_mask", "lowered"]


def lowered(model: Any, *, traces: bool = False) -> tuple[Network, dict[str, Any]]:
    """Return the network of a built Keras model and its weights as JAX arrays.

    Args:
        model: A built model.
        traces: Whether layers that the table does not cover may be traced.
    """
    network = lower(view(model, needs_configs=False), traces=traces)
    return network, {key: jnp.asarray(value) for key, value in read_weights(network).items()}


def check_lowering(
    model: Any,
    inputs: Sequence[NDArray[Any]],
    *,
    stochastic: bool = False,
    traces: bool = False,
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> None:
    """Assert that the lowered model equals Keras': outputs, gradients of all weights and inputs, updated state.

    Args:
        model: A built model on the JAX backend.
        inputs: Its inputs, flattened, each `(batch, ...)`.
        stochastic: Whether the layer draws random numbers in training: only inference is compared then.
        traces: Whether layers that the table does not cover may be traced.
        rtol: Relative tolerance.
        atol: Absolute tolerance.
    """
    network, _ = lowered(model, traces=traces)
    for training in (False,) if stochastic else (False, True):
        mine, theirs = _ours(network, inputs, training), _keras(network, inputs, training)
        for name in ("outputs", "gradients", "input_gradients", "state", "penalty"):
            _assert_close(mine[name], theirs[name], f"{name}, training={training}", rtol=rtol, atol=atol)


def check_row_mask(model: Any, inputs: Sequence[NDArray[Any]], *, rtol: float = 1e-5, atol: float = 1e-6) -> None:
    """Assert that padding the batch with rows that do not exist changes neither the others' outputs nor the state."""
    network, weights = lowered(model)
    padded = [np.concatenate([values, np.ones_like(values[:2])]) for values in inputs]
    rows = len(inputs[0])
    mask = jnp.asarray(np.arange(rows + 2) < rows, jnp.float32)
    results = []
    for given, row_mask in ((inputs, None), (padded, mask)):
        env = Env(training=True, seed=jnp.uint32(1), row_mask=row_mask, runtime=_runtime(network))
        output = network.apply(weights, [jnp.asarray(values) for values in given], env)
        results.append(([leaf[:rows] for leaf in jax.tree.leaves(output)], env.updates, sum(env.penalties)))
    _assert_close(results[1], results[0], "with rows that do not exist", rtol=rtol, atol=atol)


def _runtime(network: Network) -> dict[str, Any]:
    return {name: jnp.float32(value) for name, value in runtime_values(network.graph).items()}


def _probe(outputs: Any) -> Any:
    """Return a scalar that depends on every output differently."""
    leaves = [leaf for leaf in jax.tree.leaves(outputs) if jnp.issubdtype(leaf.dtype, jnp.floating)]
    weighted = [
        jnp.sum(leaf * jnp.cos(jnp.arange(leaf.size, dtype=jnp.float32)).reshape(leaf.shape)) for leaf in leaves
    ]
    return sum(weighted, jnp.float32(0.0))


def _float_inputs(inputs: Sequence[NDArray[Any]]) -> list[int]:
    return [index for index, values in enumerate(inputs) if np.issubdtype(values.dtype, np.floating)]


def _ours(network: Network, inputs: Sequence[NDArray[Any]], training: bool) -> dict[str, Any]:
    weights = {key: jnp.asarray(value) for key, value in read_weights(network).items()}
    floats = _float_inputs(inputs)

    def run(trained: Any, floating: Any) -> Any:
        given = [jnp.asarray(values) for values in inputs]
        for place, value in zip(floats, floating, strict=True):
            given[place] = value
        env = Env(training=training, seed=jnp.uint32(1), runtime=_runtime(network))
        outputs = network.apply({**weights, **trained}, given, env)
        return _probe(outputs), (outputs, env.updates, sum(env.penalties, jnp.float32(0.0)))

    trained = {key: weights[key] for key in network.trainable}
    run_both = jax.jit(jax.value_and_grad(run, argnums=(0, 1), has_aux=True))
    (_, (outputs, updates, penalty)), (gradients, of_inputs) = run_both(trained, [inputs[place] for place in floats])
    state = [updates.get(key, weights[key]) for key in network.state]
    ordered = [gradients[key] for key in network.trainable]
    return {
        "outputs": jax.tree.leaves(outputs),
        "gradients": ordered,
        "input_gradients": of_inputs,
        "state": state,
        "penalty": penalty,
    }


def _keras(network: Network, inputs: Sequence[NDArray[Any]], training: bool) -> dict[str, Any]:
    from keras import tree

    model = network.graph.model
    model._clear_losses()  # Keras knows losses by `id`; one of an earlier trace may be that of a loss of this one
    floats = _float_inputs(inputs)
    frozen = [variable.value for variable in model.non_trainable_variables]

    def run(trained: Any, floating: Any) -> Any:
        given = [jnp.asarray(values) for values in inputs]
        for place, value in zip(floats, floating, strict=True):
            given[place] = value
        packed = tree.pack_sequence_as(model._inputs_struct if hasattr(model, "_inputs_struct") else given, given)
        packed = packed if len(given) > 1 or isinstance(packed, dict) else given[0]
        outputs, after, losses = model.stateless_call(trained, frozen, packed, training=training, return_losses=True)
        return _probe(outputs), (outputs, after, sum(losses, jnp.float32(0.0)))

    trained = [variable.value for variable in model.trainable_variables]
    run_both = jax.jit(jax.value_and_grad(run, argnums=(0, 1), has_aux=True))
    (_, (outputs, after, losses)), (gradients, of_inputs) = run_both(trained, [inputs[place] for place in floats])
    places = {id(v): i for i, v in enumerate(model.trainable_variables)}
    others = {id(v): i for i, v in enumerate(model.non_trainable_variables)}
    variables = variables_of(network)
    return {
        "outputs": jax.tree.leaves(outputs),
        "gradients": [gradients[places[id(variables[key])]] for key in network.trainable],
        "input_gradients": of_inputs,
        "state": [after[others[id(variables[key])]] for key in network.state],
        "penalty": losses,
    }


def _assert_close(mine: Any, theirs: Any, what: str, *, rtol: float, atol: float) -> None:
    left, right = jax.tree.leaves(mine), jax.tree.leaves(theirs)
    assert len(left) == len(right), f"{what}: {len(left)} arrays against {len(right)}"
    for a, b in zip(left, right, strict=True):
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=rtol, atol=atol, err_msg=what)
