"""The GRU cell (Cho et al. 2014, arXiv 1406.1078; keras/src/layers/rnn/gru.py).

The next state is `z * h + (1 - z) * act(x_h + recurrent)`, where `recurrent` is `r * (h U_h + b_h)` with `reset_after`
and else `(r * h) U_h`.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jax.numpy as jnp

from layersmith.engine.lower.activations import Activation, find_activation
from layersmith.engine.lower.cell import Bound, Cell, Drops, affine

__all__ = ["gru_cell"]

_Gates: TypeAlias = Callable[[Any, Any], tuple[Any, Any]]


def gru_cell(config: Mapping[str, Any]) -> Cell:
    """Return the cell of a `GRU` or `GRUCell` config.

    Raises:
        Unsupported: If an activation is not one of Keras' own.
    """
    activation = find_activation(config["activation"])
    gate = find_activation(config["recurrent_activation"])
    reset = _reset_after if config["reset_after"] else _reset_before

    def bind(weights: Mapping[str, Any], inputs: Any, drops: Drops) -> Bound:
        bias, recurrent_bias = _biases(weights.get("bias"))
        gates = reset(weights["recurrent_kernel"], recurrent_bias, gate, drops)

        def step(projected: Any, states: tuple[Any, ...], kernel: Any) -> tuple[Any, ...]:
            del kernel  # `gates` has split it, once for all steps
            (hidden,) = states
            update, candidate = gates(projected, hidden)
            return (update * hidden + (1.0 - update) * activation(candidate),)

        projected = affine(inputs, weights["kernel"], bias, drops.inputs)
        return Bound(projected=projected, step=step, kernel=weights["recurrent_kernel"], is_additive=False)

    return Cell(
        units=config["units"],
        num_states=1,
        num_gates=3,
        dropout=config["dropout"],
        recurrent_dropout=config["recurrent_dropout"],
        bind=bind,
    )


def _biases(bias: Any) -> tuple[Any, Any]:
    """Split `(2, 3 * units)` into the biases of inputs and states; `(3 * units,)` is the inputs' alone."""
    return (bias[0], bias[1]) if bias is not None and bias.ndim == 2 else (bias, None)


def _reset_after(recurrent: Any, bias: Any, gate: Activation, drops: Drops) -> _Gates:
    def gates(projected: Any, hidden: Any) -> tuple[Any, Any]:
        x_update, x_reset, x_candidate = jnp.split(projected, 3, axis=-1)
        h_update, h_reset, h_candidate = jnp.split(affine(hidden, recurrent, bias, drops.states), 3, axis=-1)
        return gate(x_update + h_update), x_candidate + gate(x_reset + h_reset) * h_candidate

    return gates


def _reset_before(recurrent: Any, bias: Any, gate: Activation, drops: Drops) -> _Gates:
    del bias
    kernel, candidate_kernel = jnp.split(recurrent, [recurrent.shape[1] // 3 * 2], axis=1)

    def gates(projected: Any, hidden: Any) -> tuple[Any, Any]:
        x_gates, x_candidate = jnp.split(projected, [kernel.shape[1]], axis=-1)
        update, reset = jnp.split(x_gates + affine(hidden, kernel, drops=drops.states[:2]), 2, axis=-1)
        return gate(update), x_candidate + affine(gate(reset) * hidden, candidate_kernel, drops=drops.states[2:])

    return gates
