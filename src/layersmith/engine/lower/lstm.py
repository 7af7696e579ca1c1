"""The LSTM cell (Hochreiter and Schmidhuber 1997; keras/src/layers/rnn/lstm.py).

The next states are `c' = f * c + i * act(g)` and `h' = o * act(c')`, where `i, f, g, o = split(x W + b + h U)`.
"""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.activations import find_activation
from layersmith.engine.lower.cell import Bound, Cell, Drops, affine

__all__ = ["lstm_cell"]


def lstm_cell(config: Mapping[str, Any]) -> Cell:
    """Return the cell of an `LSTM` or `LSTMCell` config.

    Raises:
        Unsupported: If an activation is not one of Keras' own.
    """
    activation = find_activation(config["activation"])
    gate = find_activation(config["recurrent_activation"])

    def bind(weights: Mapping[str, Any], inputs: Any, drops: Drops) -> Bound:
        def step(projected: Any, states: tuple[Any, ...], kernel: Any) -> tuple[Any, ...]:
            hidden, carry = states
            gates = projected + affine(hidden, kernel, drops=drops.states)
            entry, forget, candidate, output = jnp.split(gates, 4, axis=-1)
            carry = gate(forget) * carry + gate(entry) * activation(candidate)
            return gate(output) * activation(carry), carry

        projected = affine(inputs, weights["kernel"], weights.get("bias"), drops.inputs)
        return Bound(projected=projected, step=step, kernel=weights["recurrent_kernel"], is_additive=not drops.states)

    return Cell(
        units=config["units"],
        num_states=2,
        num_gates=4,
        dropout=config["dropout"],
        recurrent_dropout=config["recurrent_dropout"],
        bind=bind,
    )
