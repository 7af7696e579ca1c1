"""Bidirectional: two recurrent layers, one of them backwards (keras/src/layers/rnn/bidirectional.py)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Forward, Place
from layersmith.engine.lower.penalties import activity_of
from layersmith.engine.lower.recurrent import CELLS, recurrent
from layersmith.engine.lower.wrapped import inner_node, within
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Node

__all__ = ["bidirectional"]

_MERGES: Mapping[str | None, Callable[[Any, Any], Any]] = {
    "ave": lambda forward, backward: (forward + backward) / 2.0,
    "concat": lambda forward, backward: jnp.concatenate([forward, backward], axis=-1),
    "mul": lambda forward, backward: forward * backward,
    "sum": lambda forward, backward: forward + backward,
    None: lambda forward, backward: (forward, backward),
}
_BACKWARD_SALT = 50_000_017  # apart from every mask of the forward layer


def bidirectional(node: Node, place: Place) -> Forward:
    """Lower `Bidirectional` around `LSTM`, `GRU`, `SimpleRNN` or `RNN`.

    Raises:
        Unsupported: If a wrapped layer has no compiled form here.
    """
    merge = _MERGES[node.config["merge_mode"]]
    first = _direction(node, "forward_layer", place)
    second = _direction(node, "backward_layer", replace(place, salt=place.salt + _BACKWARD_SALT))
    options = node.config["layer"]["config"]
    sequences, states = options["return_sequences"], options["return_state"]

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        given = {**dict(zip(("sequences", "initial_state", "mask"), args, strict=False)), **kwargs}
        start, end = _halves(given.get("initial_state"))
        inputs, mask = given["sequences"], given.get("mask")
        ahead = _as_tuple(first(weights, (inputs,), {"initial_state": start, "mask": mask}, env))
        back = _as_tuple(second(weights, (inputs,), {"initial_state": end, "mask": mask}, env))
        output = merge(ahead[0], jnp.flip(back[0], 1) if sequences else back[0])
        return (*_as_tuple(output), *ahead[1:], *back[1:]) if states else output

    return forward


def _direction(node: Node, role: str, place: Place) -> Forward:
    """Lower one of the two layers; it takes the weights of both."""
    sequences = node.config["layer"]["config"]["return_sequences"]
    inner = inner_node(node, role, zero_output_for_mask=sequences)  # as Bidirectional sets it
    if inner.module != "keras.layers" or inner.class_name not in (*CELLS, "RNN"):
        raise Unsupported(f"layer {node.layer_name!r} (Bidirectional)", f"around {inner.class_name}")
    own = replace(place, key=f"{place.key}/{role}")
    lowered = recurrent(replace(inner, args=node.args, kwargs=node.kwargs, inputs=node.inputs), own)
    activity = activity_of(inner, own.key)

    def forward(weights: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], env: Any) -> Any:
        output = lowered(within(weights, f"{role}/"), args, kwargs, env)
        if activity is not None:
            env.penalties.extend(activity({"": value}, env) for value in _as_tuple(output))
        return output

    return forward


def _halves(states: Any) -> tuple[Any, Any]:
    if states is None:
        return None, None
    half = len(states) // 2
    return states[:half], states[half:]


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
