"""The weights of a trial's best epoch, over all its executions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.keras_tuner.engine.objective import Objective

__all__ = ["BestWeights"]


class BestWeights:
    """Keeps weights in memory while a model trains, and writes them once.

    Attributes:
        value: The best objective so far, None where no epoch told it.
        weights: The weights of that epoch, or of the last one where none told it; None once they are written.

    Args:
        objective: What is best.
    """

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        self.value: float | None = None
        self.weights: list[NDArray[Any]] | None = None

    def are_better(self, logs: Mapping[str, Any]) -> bool:
        """Whether an epoch is the best so far, or does not say.

        Args:
            logs: What the epoch told.
        """
        if not self._objective.has_value(logs) or self.value is None or np.isnan(self.value):
            return True
        return self._objective.better_than(self._objective.get_value(logs), self.value)

    def keep(self, weights: list[NDArray[Any]], logs: Mapping[str, Any]) -> None:
        """Keep the weights of an epoch.

        Args:
            weights: In the order of `model.weights`.
            logs: What the epoch told.
        """
        self.weights = weights
        if self._objective.has_value(logs):
            self.value = self._objective.get_value(logs)

    def write(self, model: Any, path: Path) -> None:
        """Write the weights that were kept since the last call, if any.

        Args:
            model: The model they are of; it has them afterwards.
            path: A file whose name ends in `.weights.h5`.
        """
        if self.weights is None:
            return
        model.set_weights(self.weights)
        model.save_weights(path)
        self.weights = None
