"""LSTM, GRU, SimpleRNN, and RNN over one of their cells: one scan over time (keras/src/layers/rnn/rnn.py).

A masked step keeps the states. Since the output of a cell is its first state, the output of a masked step is the one
before it, or zero where the layer says `zero_output_for_mask`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jax import lax

from layersmith.engine.lower.cell import Bound, Cell, draw_drops
from layersmith.engine.lower.gru import gru_cell
from layersmith.engine.lower.late_gradient import is_wide, with_late_gradient
from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.lstm import lstm_cell
from layersmith.engine.lower.simple_rnn import simple_rnn_cell
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["CELLS", "recurrent"]

CELLS: Mapping[str, Callable[[Mapping[str, Any]], Cell]] = {
    "GRU": gru_cell,
    "GRUCell": gru_cell,
    "LSTM": lstm_cell,
    "LSTMCell": lstm_cell,
    "SimpleRNN": simple_rnn_cell,
    "SimpleRNNCell": simple_rnn_cell,
}


@dataclass(frozen=True, kw_only=True)
class _Options:
    return_sequences: bool
    return_state: bool
    go_backwards: bool
    zero_output_for_mask: bool


def recurrent(node: Node, place: Place) -> Forward:
    """Lower `LSTM`, `GRU`, `SimpleRNN` and `RNN`: inputs `(batch, steps, features)`, optional states and mask.

    Raises:
        Unsupported: If the layer is stateful, or has an option without a compiled form.
    """
    _require_covered(node)
    cell = _find_cell(node)
    names = ("return_sequences", "return_state", "go_backwards", "zero_output_for_mask")
    options = _Options(**{name: bool(node.config[name]) for name in names})

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        given = {**dict(zip(("sequences", "initial_state", "mask"), args, strict=False)), **kwargs}
        inputs = jnp.swapaxes(given["sequences"].astype(jnp.float32), 0, 1)  # (steps, batch, features)
        own = {name.split("/")[-1]: value for name, value in weights.items()}
        bound = cell.bind(own, inputs, draw_drops(cell, env, place.salt, inputs))
        start, mask = given.get("initial_state"), given.get("mask")
        if node.config["unroll"] and mask is not None and (options.zero_output_for_mask or start is not None):
            raise _unsupported(node, "unroll with a mask")
        return _run(bound, _initial(start, cell, inputs), _time_major(mask), options)

    return forward


def _run(bound: Bound, states: tuple[Any, ...], mask: Any, options: _Options) -> Any:
    """Scan over time.

    Args:
        bound: The cell, with `(steps, batch, gates * units)`.
        states: Each `(batch, units)`.
        mask: `(steps, batch, 1)` bool, True where a step exists; None where all do.
        options: Of the layer.
    """
    late = mask is None and bound.is_additive and is_wide(bound.kernel)

    def scan(projected: Any, kernel: Any, states: tuple[Any, ...]) -> tuple[tuple[Any, ...], Any, Any]:
        def step(states: tuple[Any, ...], given: Any) -> tuple[tuple[Any, ...], Any]:
            projected, live = given
            after = bound.step(projected, states, kernel)
            if live is not None:
                after = tuple(jnp.where(live, new, old) for new, old in zip(after, states, strict=True))
            return after, (after[0] if options.return_sequences else None, states[0] if late else None)

        final, (outputs, before) = lax.scan(step, states, (projected, mask), reverse=options.go_backwards)
        return final, outputs, before

    final, outputs, _ = (with_late_gradient(scan) if late else scan)(bound.projected, bound.kernel, states)
    zeroed = mask if options.zero_output_for_mask else None
    if options.return_sequences:
        outputs = outputs if zeroed is None else jnp.where(zeroed, outputs, jnp.zeros_like(outputs))
        output = jnp.swapaxes(jnp.flip(outputs, 0) if options.go_backwards else outputs, 0, 1)
    else:
        last = 0 if options.go_backwards else -1
        output = final[0] if zeroed is None else jnp.where(zeroed[last], final[0], jnp.zeros_like(final[0]))
    return (output, *final) if options.return_state else output


def _initial(given: Any, cell: Cell, inputs: Any) -> tuple[Any, ...]:
    if given is None:
        return (jnp.zeros((inputs.shape[1], cell.units), inputs.dtype),) * cell.num_states
    states = tuple(given) if isinstance(given, (list, tuple)) else (given,)
    return tuple(state.astype(inputs.dtype) for state in states)


def _time_major(mask: Any) -> Any:
    """Return `(steps, batch, 1)`; of a mask with an axis of features, a step exists where one of them does."""
    if mask is None:
        return None
    mask = mask.astype(bool)
    return jnp.swapaxes(jnp.any(mask, axis=-1) if mask.ndim == 3 else mask, 0, 1)[..., None]


def _find_cell(node: Node) -> Cell:
    if node.class_name != "RNN":
        return CELLS[node.class_name](node.config)
    inner = node.config["cell"]
    if not isinstance(inner, dict) or inner.get("module") != "keras.layers" or inner["class_name"] not in CELLS:
        name = inner.get("class_name") if isinstance(inner, dict) else type(inner).__name__
        raise _unsupported(node, f"the cell {name}")
    if inner["config"].get("activity_regularizer") is not None:
        raise _unsupported(node, "activity_regularizer of its cell")
    return CELLS[inner["class_name"]](inner["config"])


def _require_covered(node: Node) -> None:
    config = node.config
    cell = config["cell"]["config"] if isinstance(config.get("cell"), dict) else config
    if config["stateful"]:
        raise _unsupported(node, "stateful")
    if any(cell.get(name, 0.0) >= 1.0 for name in ("dropout", "recurrent_dropout")):
        raise _unsupported(node, "a dropout rate of 1")
    if node.args and isinstance(node.args[0], (list, tuple)):
        raise _unsupported(node, "several sequences")


def _unsupported(node: Node, why: str) -> Unsupported:
    return Unsupported(f"layer {node.layer_name!r} ({node.class_name})", why)
