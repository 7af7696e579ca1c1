"""What the user asked for: everything `resume` needs to go on, written to `config.json` before the first trial."""

from dataclasses import asdict, dataclass, field
from typing import Any

from layersmith.errors import DataError
from layersmith.study.budget import Budget

__all__ = ["Settings"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A search as asked for.

    Attributes:
        source: Path or name of the data, or `arrays` for data in memory.
        read: Keyword arguments of `data.ReadOptions` that are plain values.
        budget: When to stop.
        seed: Seed of splits, initial weights, shuffling and the strategy.
        holdout: Share of rows set aside for the test, unless the data name their own.
        objective: Metric to optimise; empty for the task's default.
        strategy: Which candidates come after the portfolio.
    """

    source: str
    budget: Budget
    read: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    holdout: float = 0.2
    objective: str = ""
    strategy: str = "tpe"

    def __post_init__(self) -> None:
        if not 0.0 < self.holdout < 0.9:
            got = f"a holdout of {self.holdout!r}"
            raise DataError(got, expected="a share of the rows between 0 and 0.9", fix="use --holdout 0.2")
        if self.seed < 0:
            raise DataError(f"a seed of {self.seed}", expected="a whole number from 0", fix="use --seed 0")

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Settings":
        """Rebuild from `to_dict`."""
        return cls(**{**data, "budget": Budget(**data["budget"])})
