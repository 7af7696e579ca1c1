"""What a search is about, for either side. Imports neither Keras nor JAX."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from layersmith.records import Value

__all__ = ["BATCH_SIZE", "VALIDATION_SPLIT", "Task", "Values"]

BATCH_SIZE = 32
VALIDATION_SPLIT = 0.2
Values = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A data set, the models tried on it, and how long each is trained.

    Attributes:
        data: Makes features `(rows, ...)`, for one input named `x`, and targets `(rows,)`.
        build: From hyperparameters, KerasTuner's or ours, to a compiled model.
        epochs: Epochs of each candidate.
    """

    data: Callable[[], tuple[NDArray[Any], NDArray[Any]]]
    build: Callable[[Any], Any]
    epochs: int
