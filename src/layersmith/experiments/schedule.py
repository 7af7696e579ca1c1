"""How long the models of an experiment train."""

from collections.abc import Mapping
from dataclasses import dataclass

from layersmith.errors import DataError
from layersmith.records import Recipe, Value

__all__ = ["Schedule"]

_EPOCHS, _BATCH_SIZE = 30, 32
_LEAST = {"epochs": 1, "batch_size": 1, "patience": 0, "seed": 0}


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How long each fold trains.

    Attributes:
        epochs: Epochs, at most where there is patience; None for the value of the hyperparameter `epochs`, or 30.
        batch_size: Rows per update; None for the value of the hyperparameter `batch_size`, or 32.
        patience: Epochs without a lower loss on watched training rows after which training stops; 0 for never.
        seed: Seed of folds, initial weights and shuffling.

    Raises:
        DataError: If a number is no whole number, or below its least.

    Example:
        >>> Schedule(batch_size=16).recipe({"epochs": 5}, seed=1).epochs
        5
    """

    epochs: int | None = None
    batch_size: int | None = None
    patience: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            number = getattr(self, name)
            if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < least):
                got = f"{name} is {number!r}"
                raise DataError(got, expected=f"a whole number from {least}", fix=f"use {name}={max(least, 1)}")

    def recipe(self, values: Mapping[str, Value], *, seed: int) -> Recipe:
        """Return how a model trains: by its own optimizer, to the last epoch.

        Args:
            values: The hyperparameter values it was built with.
            seed: Seed of its shuffling.
        """
        return Recipe(
            optimizer="own",
            schedule="own",
            epochs=self.epochs or int(values.get("epochs") or _EPOCHS),
            batch_size=self.batch_size or int(values.get("batch_size") or _BATCH_SIZE),
            patience=self.patience,
            seed=seed,
            keep="last",
        )
