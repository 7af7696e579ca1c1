"""Keras' own metric objects, for callbacks that look something up in them."""

from typing import Any

import keras

from layersmith.engine.fitting.data import FitData
from layersmith.families.initial import drawn_by_numpy
from layersmith.graph.view import functional_of

__all__ = ["build_metrics"]


def build_metrics(model: Any, rows: FitData) -> None:
    """Let a model build what it was compiled with, as its own `fit` does before the first batch.

    Keras knows the direction of a metric, and `model.metrics` lists it, only from then on.

    Args:
        model: A compiled model.
        rows: Rows with its inputs and targets.
    """
    functional = functional_of(model)
    y, weights = (_packed(functional._outputs_struct, parts) for parts in (rows.y, rows.sample_weight))
    unweighted = all(part is None for part in rows.sample_weight)
    batch = (_packed(functional._inputs_struct, rows.x), y, None if unweighted else weights)
    with drawn_by_numpy():
        model._symbolic_build(data_batch=batch)


def _packed(struct: Any, parts: Any) -> Any:
    return keras.tree.pack_sequence_as(struct, list(parts))
