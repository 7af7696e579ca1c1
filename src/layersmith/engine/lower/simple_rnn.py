"""The simple recurrent cell (Elman 1990; keras/src/layers/rnn/simple_rnn.py): `h' = act(x W + b + h U)`."""

from collections.abc import Mapping
from typing import Any

from layersmith.engine.lower.activations import find_activation
from layersmith.engine.lower.cell import Bound, Cell, Drops, affine

__all__ = ["simple_rnn_cell"]


def simple_rnn_cell(config: Mapping[str, Any]) -> Cell:
    """Return the cell of a `SimpleRNN` or `SimpleRNNCell` config.

    Raises:
        Unsupported: If the activation is not one of Keras' own.
    """
    activation = find_activation(config["activation"])

    def bind(weights: Mapping[str, Any], inputs: Any, drops: Drops) -> Bound:
        def step(projected: Any, states: tuple[Any, ...], kernel: Any) -> tuple[Any, ...]:
            return (activation(projected + affine(states[0], kernel, drops=drops.states)),)

        projected = affine(inputs, weights["kernel"], weights.get("bias"), drops.inputs)
        return Bound(projected=projected, step=step, kernel=weights["recurrent_kernel"], is_additive=not drops.states)

    return Cell(
        units=config["units"],
        num_states=1,
        num_gates=1,
        dropout=config["dropout"],
        recurrent_dropout=config["recurrent_dropout"],
        bind=bind,
    )
