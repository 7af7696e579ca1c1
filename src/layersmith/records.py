"""Frozen values that cross package borders.

Trained rows are named by index arrays (`Split`), a candidate by its hyperparameter values (`Candidate`), what training
gave by `Training` (one run) and `Trial` (a candidate with all its runs). Records hold plain data only, so that they can
be written as JSON (`to_dict`) and read back (`from_dict`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from layersmith.errors import SpaceError

__all__ = [
    "Candidate",
    "Cost",
    "Indices",
    "Interval",
    "Keep",
    "Phase",
    "Recipe",
    "Score",
    "Split",
    "StopReason",
    "Training",
    "Trial",
    "TrialState",
    "Value",
]

Value: TypeAlias = int | float | str | bool | None
Indices: TypeAlias = NDArray[np.int64]
StopReason: TypeAlias = Literal["finished", "patience", "time", "diverged", "interrupted", "paused"]
Keep: TypeAlias = Literal["best", "last"]
Phase: TypeAlias = Literal["search", "final"]
TrialState: TypeAlias = Literal["complete", "paused", "pruned", "failed", "refused", "interrupted"]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A set of hyperparameter values; only active ones are recorded.

    Attributes:
        values: Hyperparameter name to value.
        origin: Where it came from: `"portfolio: FCN"`, `"tpe"`, `"random"`.
        number: Its place in the study, from 0.
    """

    values: Mapping[str, Value]
    origin: str
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one candidate is trained.

    Attributes:
        optimizer: Keras' name of the optimizer: `adam`, `adamw`, `sgd`, `rmsprop`, ...
        learning_rate: The largest learning rate of the schedule.
        schedule: `constant`, `cosine` (to zero over `epochs`), `cosine_warmup` (10 % warm-up, then cosine), `one_cycle`
            (30 % warm-up, then cosine), `plateau` (halved when the training loss has not improved for a tenth of
            `epochs`, 3 to 50 epochs), `triangular` (up and down, up to 4 times) or `own` (the compiled optimizer's).
        batch_size: Rows per update.
        epochs: Passes over the training rows at most.
        patience: Epochs without a better validation loss before training stops; 0 never stops early.
        weight_decay: Decoupled weight decay, of any optimizer; 0 for none.
        clip_norm: Global gradient norm at most, 0 for none.
        seed: Seed of shuffling.
        keep: Whose weights are kept: those of the `best` epoch by validation loss, or of the `last`, so that validation
            rows are scored without having decided anything.

    Raises:
        SpaceError: If learning rate, batch size or epochs are not above 0, or another number is below 0.

    Example:
        >>> Recipe(schedule="cosine", epochs=50).learning_rate
        0.001
    """

    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    batch_size: int = 32
    epochs: int = 100
    patience: int = 20
    weight_decay: float = 0.0
    clip_norm: float = 0.0
    seed: int = 0
    keep: Keep = "best"

    def __post_init__(self) -> None:
        for name in ("learning_rate", "batch_size", "epochs"):
            if not getattr(self, name) > 0:
                got = f"{name} is {getattr(self, name)!r}"
                raise SpaceError(got, expected="a number above 0", fix=f"set {name} to a positive value")
        for name in ("patience", "weight_decay", "clip_norm"):
            if not getattr(self, name) >= 0:
                got = f"{name} is {getattr(self, name)!r}"
                raise SpaceError(got, expected="a number of 0 or above", fix=f"set {name} to 0 to switch it off")


@dataclass(frozen=True, kw_only=True)
class Split:
    """One division of rows: indices to train on and indices to validate on.

    Attributes:
        train: Row indices `(train_rows,)`.
        validation: Row indices `(validation_rows,)`; empty for a refit on everything.
    """

    train: Indices
    validation: Indices


@dataclass(frozen=True, kw_only=True)
class Training:
    """What one training run gave.

    Attributes:
        curves: Metric name to one value per epoch: `loss`, `val_loss`, ...
        best_epoch: The epoch, from 1, whose weights were kept.
        planned_epochs: The epochs its schedule was laid out for; fewer than asked where time was short.
        seconds: Wall-clock seconds.
        stopped: Why it ended.
        engine: What ran the epochs.
        fallback: Why it was not the compiled engine, where that was asked for and could not.
    """

    curves: Mapping[str, tuple[float, ...]]
    best_epoch: int
    planned_epochs: int
    seconds: float
    stopped: StopReason
    engine: str = "native"
    fallback: str = ""

    @property
    def epochs(self) -> int:
        """Epochs that ran."""
        return max((len(curve) for curve in self.curves.values()), default=0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        plain = ("best_epoch", "planned_epochs", "seconds", "stopped", "engine", "fallback")
        curves = {name: list(curve) for name, curve in self.curves.items()}
        return {**{name: getattr(self, name) for name in plain}, "curves": curves}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Training":
        """Rebuild from `to_dict`."""
        curves = {name: tuple(map(float, curve)) for name, curve in data["curves"].items()}
        return cls(**{**data, "curves": curves})


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A candidate plus what training it gave.

    Attributes:
        candidate: The values tried.
        state: `complete`, `paused` (waits at a rung for a scheduler), `pruned` (stopped there), `failed`, `refused`
            (over a limit, never trained) or `interrupted`.
        score: The objective on the validation rows, in its own direction; what a pruned one had reached; else NaN.
        loss: Mean validation loss at the best epoch, which breaks ties between equal scores; NaN unless complete.
        trainings: One per fold.
        params: Trainable parameters of the whole model.
        macs: Multiply-accumulates of a prediction for one row; 0 where they cannot be counted.
        seconds: Wall-clock seconds of the trial.
        reason: Why it failed or was refused.
        phase: `search` or `final` (a finalist on fresh splits).
        objectives: The values of all objectives where there are several, `score` the first, each in its own direction.
        rungs: Its score at each rung that it reached, where a scheduler compares.
        fold_scores: The score on the validation rows of each fold alone; NaN where a fold's rows do not define it.
    """

    candidate: Candidate
    state: TrialState = "complete"
    score: float = math.nan
    loss: float = math.nan
    trainings: tuple[Training, ...] = ()
    params: int = 0
    macs: int = 0
    seconds: float = 0.0
    reason: str = ""
    phase: Phase = "search"
    objectives: tuple[float, ...] = ()
    rungs: tuple[float, ...] = ()
    fold_scores: tuple[float, ...] = ()

    @property
    def number(self) -> int:
        """Its place in the study, from 0."""
        return self.candidate.number

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        plain = ("state", "score", "loss", "params", "macs", "seconds", "reason", "phase")
        return {
            **{name: getattr(self, name) for name in plain},
            "objectives": list(self.objectives),
            "rungs": list(self.rungs),
            "fold_scores": list(self.fold_scores),
            "candidate": {
                "values": dict(self.candidate.values),
                "origin": self.candidate.origin,
                "number": self.candidate.number,
            },
            "trainings": [training.to_dict() for training in self.trainings],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Trial":
        """Rebuild from `to_dict`."""
        trainings = tuple(Training.from_dict(training) for training in data["trainings"])
        built = {
            "candidate": Candidate(**data["candidate"]),
            "trainings": trainings,
            "objectives": tuple(data.get("objectives", ())),
            "rungs": tuple(data.get("rungs", ())),
            "fold_scores": tuple(data.get("fold_scores", ())),
        }
        return cls(**{**data, **built})


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a model costs for one row.

    Attributes:
        params: Values in all weights.
        trainable_params: Those of them that training changes.
        macs: Multiply-accumulates of a prediction.
        model_bytes: Bytes of all weights.
        activation_bytes: Bytes of the tensors that are alive at once while it predicts, at most.
        training_bytes: Bytes of the tensors that a backward pass needs.
        unknown: What could not be counted; `macs`, `activation_bytes` and `training_bytes` are lower bounds then.
    """

    params: int
    trainable_params: int
    macs: int
    model_bytes: int
    activation_bytes: int
    training_bytes: int
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Interval:
    """An interval estimate.

    Attributes:
        low: Lower end.
        high: Upper end.
        level: Coverage it is built for.
        method: How it was computed.
    """

    low: float
    high: float
    level: float = 0.95
    method: str = ""


@dataclass(frozen=True, kw_only=True)
class Score:
    """A metric's value on `num_rows` rows, with its interval where one can be given.

    Attributes:
        metric: Name of the metric.
        value: Its value, in its own unit.
        num_rows: Rows it was computed on.
        interval: Its interval.
        extra: Further metrics on the same rows, by name.
    """

    metric: str
    value: float
    num_rows: int
    interval: Interval | None = None
    extra: Mapping[str, float] = field(default_factory=dict)
