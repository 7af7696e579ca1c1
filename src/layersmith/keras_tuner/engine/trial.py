"""A trial: one set of hyperparameter values, and what training them gave."""

import uuid
from collections.abc import Mapping
from typing import Any

from layersmith.keras_tuner.engine.metrics_tracking import MetricsTracker
from layersmith.keras_tuner.engine.trial_status import TrialStatus
from layersmith.space import HyperParameters

__all__ = ["Curves", "Status", "Trial", "TrialStatus"]

Curves = dict[str, list[float]]
"""Name of a metric to one value per epoch."""

Status = tuple[str, str | None]
"""One of `TrialStatus`, and why a trial failed."""

_PLAIN = (
    "trial_id",
    "score",
    "best_step",
    "status",
    "message",
    "number",
    "origin",
    "params",
    "macs",
    "seconds",
    "unbuilt",
)


class Trial:
    """One set of hyperparameter values; it may be trained several times.

    Attributes:
        hyperparameters: The space, with the trial's values.
        trial_id: Its name.
        metrics: What training reported.
        score: The objective, None until the trial is completed.
        best_step: The epoch, from 0, of the score.
        status: One of `TrialStatus`.
        message: Why it failed.
        number: Its place in the search, from 0.
        origin: What proposed its values.
        curves: The epochs of each execution.
        params: Trainable parameters of its model.
        macs: Multiply-accumulates of a prediction of its model; 0 where they cannot be counted.
        seconds: Wall-clock seconds it took.
        unbuilt: Why nothing was trained: `oversized`, `failed` where no model could be built, or empty.

    Args:
        hyperparameters: The space, with the trial's values.
        trial_id: Its name; made up unless given.
        status: One of `TrialStatus`.
        message: Why it failed.
    """

    def __init__(
        self,
        hyperparameters: HyperParameters,
        trial_id: str | None = None,
        status: str = TrialStatus.RUNNING,
        message: str | None = None,
    ) -> None:
        self.hyperparameters = hyperparameters
        self.trial_id = uuid.uuid4().hex if trial_id is None else trial_id
        self.metrics = MetricsTracker()
        self.score: float | None = None
        self.best_step: float = 0
        self.status = status
        self.message = message
        self.number = 0
        self.origin = "search"
        self.curves: list[Curves] = []
        self.params = self.macs = 0
        self.seconds = 0.0
        self.unbuilt = ""

    def summary(self) -> None:
        """Print what it tried and what came of it."""
        lines = [f"Trial {self.trial_id} summary", "Hyperparameters:", *self._values()]
        if self.score is not None:
            lines.append(f"Score: {self.score}")
        if self.message is not None:
            lines.append(self.message)
        print("\n".join(lines))  # noqa: T201 - what it is for

    def display_hyperparameters(self) -> None:
        """Print its values."""
        print("\n".join(self._values()))  # noqa: T201 - what it is for

    def _values(self) -> list[str]:
        values = self.hyperparameters.values
        return [f"{name}: {value}" for name, value in values.items()] or ["default configuration"]

    def get_state(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "hyperparameters": self.hyperparameters.get_config(),
            "metrics": self.metrics.get_config(),
            "curves": self.curves,
        }

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Take over what `get_state` gave."""
        rebuilt = {
            "hyperparameters": HyperParameters.from_config(state["hyperparameters"]),
            "metrics": MetricsTracker.from_config(state["metrics"]),
        }
        for name, value in {**state, **rebuilt}.items():
            setattr(self, name, value)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Trial":
        """Rebuild from `get_state`.

        Example:
            >>> Trial.from_state(Trial(HyperParameters(), trial_id="0007").get_state()).trial_id
            '0007'
        """
        trial = cls(HyperParameters())
        trial.set_state(state)
        return trial
