"""Recurrent layers: at each step one product with the input and one with the state, for each gate."""

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any

from layersmith.cost.call import Call
from layersmith.cost.work import Work

__all__ = ["bidirectional", "cell", "recurrent"]

_GATES_AND_STATES: Mapping[str, tuple[int, int]] = {"GRUCell": (3, 1), "LSTMCell": (4, 2), "SimpleRNNCell": (1, 1)}


def recurrent(call: Call) -> Work | None:
    """`LSTM`, `GRU`, `SimpleRNN`, and `RNN` over Keras' cells, stacked ones too."""
    _, steps, *_ = call.inputs[0]
    each = _step(call.operation.cell, call.inputs[0][-1])
    return each and Work(macs=steps * each.macs, inside=each.inside, stored=steps * each.stored)


def cell(call: Call) -> Work | None:
    """A cell by itself: one step."""
    return _step(call.operation, call.inputs[0][-1])


def bidirectional(call: Call) -> Work | None:
    """Two recurrent layers, whose outputs exist beside the merged one."""
    layers = (call.operation.forward_layer, call.operation.backward_layer)
    works = [recurrent(replace(call, operation=layer)) if hasattr(layer, "cell") else None for layer in layers]
    if any(work is None for work in works):
        return None
    copies = {"concat": 1, None: 0}.get(call.config["merge_mode"], 2) * prod(call.outputs[0])
    return sum((work for work in works if work), Work(inside=copies, stored=copies))


def _step(layer: Any, features: int) -> Work | None:
    """Return the work of one step of a cell, or of a stack of cells in which each reads the one before."""
    total = Work()
    for each in getattr(layer, "cells", [layer]):
        if type(each).__name__ not in _GATES_AND_STATES or not type(each).__module__.startswith("keras."):
            return None
        gates, states = _GATES_AND_STATES[type(each).__name__]
        inside = (gates + states) * each.units
        total += Work(macs=(features + each.units) * gates * each.units, inside=inside, stored=inside)
        features = each.units
    return total
