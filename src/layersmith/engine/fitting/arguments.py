"""The arguments of `model.fit`, and what of them only `model.fit` can judge."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from layersmith.engine.unsupported import Unsupported

__all__ = ["Arguments"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Arguments:
    """The arguments of `model.fit` beside `x` and `y`, under its names and with its defaults."""

    batch_size: int | None = None
    epochs: int = 1
    verbose: Any = "auto"
    callbacks: Any = None
    validation_split: float = 0.0
    validation_data: Any = None
    shuffle: Any = True
    class_weight: Mapping[int, float] | None = None
    sample_weight: Any = None
    initial_epoch: int = 0
    steps_per_epoch: int | None = None
    validation_steps: int | None = None
    validation_batch_size: int | None = None
    validation_freq: Any = 1

    def __post_init__(self) -> None:
        if not isinstance(self.validation_freq, int | list):
            raise Unsupported("validation_freq", f"{self.validation_freq!r} is neither a number nor a list")

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Arguments":
        """Return what `fit` was given.

        Raises:
            Unsupported: If an argument is not known here.

        Example:
            >>> Arguments.read({"epochs": 3}).epochs
            3
        """
        unknown = sorted(set(given) - {field.name for field in fields(cls)})
        if unknown:
            raise Unsupported(f"the argument {unknown[0]!r} of fit")
        return cls(**given)

    def validates(self, epoch: int) -> bool:
        """Whether validation is due after `epoch`, counted from 0."""
        often = self.validation_freq
        return (epoch + 1) % often == 0 if isinstance(often, int) else epoch + 1 in often
