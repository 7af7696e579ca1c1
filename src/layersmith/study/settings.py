"""What the user asked for: everything `resume` needs to go on, written to `config.json` before the first trial."""

from dataclasses import asdict, dataclass, field
from typing import Any

from layersmith.errors import DataError
from layersmith.records import Value
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
        scheduler: Who goes on at rungs; `layersmith.schedulers.SCHEDULERS` has the names.
        best_score: Whether the finalist of the best score wins; else the simplest within one standard error of it.
        costs: Costs that are objectives too, to be small; `study.costing.COSTS` has their names.
        constraints: Cost to the most it may be.
        enqueue: Values of the candidates that are tried first.
        build: Where the user's own models are made, `file.py:function`, or the name of a function in memory; empty for
            the families'.
        epochs: Epochs of the user's own models; None for the default.
        batch_size: Likewise the rows of a batch.
    """

    source: str
    budget: Budget
    read: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    holdout: float = 0.2
    objective: str = ""
    strategy: str = "gp"
    scheduler: str = "none"
    best_score: bool = False
    costs: tuple[str, ...] = ()
    constraints: dict[str, float] = field(default_factory=dict)
    enqueue: tuple[dict[str, Value], ...] = ()
    build: str = ""
    epochs: int | None = None
    batch_size: int | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.holdout < 0.9:
            got = f"a holdout of {self.holdout!r}"
            raise DataError(got, expected="a share of the rows between 0 and 0.9", fix="use --holdout 0.2")
        for name in ("epochs", "batch_size"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise DataError(f"{name} is {number!r}", expected="a whole number above 0", fix=f"use {name}=32")
        if self.seed < 0:
            raise DataError(f"a seed of {self.seed}", expected="a whole number from 0", fix="use --seed 0")

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Settings":
        """Rebuild from `to_dict`."""
        several = {name: tuple(data.get(name, ())) for name in ("costs", "enqueue")}
        return cls(**{**data, **several, "budget": Budget(**data["budget"])})
