"""What the recurrent cells share: their two parts, and the dropout that stays the same over all steps.

A cell is bound to a batch once, which projects the inputs of all steps in one matmul; then it steps from state to
state. Its output is always its first state.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax.numpy as jnp

__all__ = ["Bound", "Cell", "Drops", "affine", "draw_drops"]

States: TypeAlias = tuple[Any, ...]
Step: TypeAlias = Callable[[Any, States, Any], States]
_STRIDE = 1_000_003  # between the salts of one layer's masks: larger than any number of nodes


@dataclass(frozen=True, kw_only=True, eq=False)
class Drops:
    """Dropout masks of one batch; empty where nothing is dropped.

    Attributes:
        inputs: One mask `(batch, features)` for all gates, or one for each gate.
        states: One mask `(batch, units)` for each gate.
    """

    inputs: tuple[Any, ...] = ()
    states: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Bound:
    """A cell bound to weights and a batch.

    Attributes:
        projected: Inputs of all steps as the gates see them: `(steps, batch, gates * units)`.
        step: From one step's projected input, the states and `kernel` to the next states.
        kernel: The recurrent kernel `(units, gates * units)`.
        is_additive: Whether the gates are `projected + states[0] @ kernel`, and the step reads no other kernel.
    """

    projected: Any
    step: Step
    kernel: Any
    is_additive: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Cell:
    """A lowered recurrent cell.

    Attributes:
        units: Width of each state.
        num_states: 2 for LSTM, else 1; the first is the output.
        num_gates: Gates, which is the number of dropout masks where states are dropped too.
        dropout: Rate on the inputs.
        recurrent_dropout: Rate on the states.
        bind: From weights (`kernel`, `recurrent_kernel`, `bias`), inputs `(steps, batch, features)` and dropout masks
            to the bound cell.
    """

    units: int
    num_states: int
    num_gates: int
    dropout: float
    recurrent_dropout: float
    bind: Callable[[Mapping[str, Any], Any, Drops], Bound]


def affine(values: Any, kernel: Any, bias: Any = None, drops: tuple[Any, ...] = ()) -> Any:
    """Return `values @ kernel + bias`, with one dropout mask for all gates or one for each.

    Args:
        values: `(..., batch, features)`.
        kernel: `(features, gates * units)`.
        bias: `(gates * units,)` or None.
        drops: None, one or as many masks `(batch, features)` as there are gates.
    """
    if len(drops) > 1:
        kernels = jnp.split(kernel, len(drops), axis=1)
        output = jnp.concatenate([(values * drop) @ part for drop, part in zip(drops, kernels, strict=True)], axis=-1)
    else:
        output = (values * drops[0] if drops else values) @ kernel
    return output if bias is None else output + bias


def draw_drops(cell: Cell, env: Any, salt: int, inputs: Any) -> Drops:
    """Draw the dropout masks of one batch (keras/src/layers/rnn/dropout_rnn_cell.py).

    Args:
        cell: The cell, with its rates.
        env: The step; nothing is dropped outside training.
        salt: Salt of the layer.
        inputs: `(steps, batch, features)`.
    """
    if not env.training:
        return Drops()
    count = cell.num_gates if cell.recurrent_dropout else 1
    batch, features = inputs.shape[1:]

    def draw(rate: float, number: int, width: int, first: int) -> tuple[Any, ...]:
        salts = [salt + (first + index) * _STRIDE for index in range(number if rate else 0)]
        kept = [env.uniform(each, (batch, width)) >= rate for each in salts]
        return tuple(mask.astype(inputs.dtype) / (1.0 - rate) for mask in kept)

    return Drops(
        inputs=draw(cell.dropout, count, features, 1),
        states=draw(cell.recurrent_dropout, cell.num_gates, cell.units, 1 + cell.num_gates),
    )
