"""The rows to train on and the rows held out, from the arguments of `fit`."""

from dataclasses import replace
from typing import Any

from layersmith.engine.fitting.arguments import Arguments
from layersmith.engine.fitting.data import FitData, class_weights, read_data, split_validation
from layersmith.engine.objective import Outputs
from layersmith.engine.unsupported import Unsupported

__all__ = ["read_sets"]


def read_sets(model: Any, outputs: Outputs, x: Any, y: Any, given: Arguments) -> tuple[FitData, FitData | None]:
    """Return training rows, class weights among their weights, and held-out rows, None where there are none.

    Args:
        model: The model.
        outputs: Its outputs.
        x: Inputs.
        y: Targets.
        given: The other arguments of `fit`.

    Raises:
        Unsupported: If something is no array, or structures do not match, or class and sample weights come together.
        DataError: If lengths differ, or a share leaves one side empty.
    """
    train, held = read_data(model, outputs, x, y, given.sample_weight), None
    if given.validation_data is not None:
        held = read_data(model, outputs, *_triple(given.validation_data))
    elif given.validation_split:
        train, held = split_validation(train, given.validation_split)
    if given.class_weight is not None:
        if given.sample_weight is not None:
            raise Unsupported("class_weight together with sample_weight")
        weights = class_weights(y, given.class_weight)[: len(train)]
        train = replace(train, sample_weight=[weights])
    return train, held


def _triple(held: Any) -> tuple[Any, Any, Any]:
    if not isinstance(held, tuple | list) or len(held) not in (2, 3):
        raise Unsupported("validation data that are no (x, y) or (x, y, sample_weight)")
    return (*held, None)[:3]
