"""The values of one metric over steps and executions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from layersmith.keras_tuner.errors import FatalValueError

__all__ = ["MetricHistory", "MetricObservation"]

_DIRECTIONS = ("min", "max")


class MetricObservation:
    """The values of a metric at one step, one per execution.

    Args:
        value: One value, or one per execution.
        step: The step, for example an epoch.
    """

    def __init__(self, value: float | list[float], step: float) -> None:
        self.value = list(value) if isinstance(value, list) else [value]
        self.step = step

    def append(self, value: float | list[float]) -> None:
        """Add the value of another execution, or several."""
        self.value += value if isinstance(value, list) else [value]

    def mean(self) -> float:
        """Return the mean over executions."""
        return float(np.mean(self.value))

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return {"value": self.value, "step": self.step}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "MetricObservation":
        """Rebuild from `get_config`."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MetricObservation) and (other.value, other.step) == (self.value, self.step)

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __repr__(self) -> str:
        return f"MetricObservation(value={self.value}, step={self.step})"


class MetricHistory:
    """The values of one metric, by step.

    Args:
        direction: `min` or `max`.

    Raises:
        FatalValueError: If the direction is neither.

    Example:
        >>> history = MetricHistory("max")
        >>> for step, value in enumerate([0.7, 0.9, 0.8]):
        ...     history.update(value, step)
        >>> history.get_best_value(), history.get_best_step(), history.get_last_value()
        (0.9, 1, 0.8)
    """

    def __init__(self, direction: str = "min") -> None:
        if direction not in _DIRECTIONS:
            got = f"the direction of a metric is {direction!r}"
            raise FatalValueError(got, expected="'min' or 'max'", fix="name one of the two")
        self.direction = direction
        self._observations: dict[float, MetricObservation] = {}

    def update(self, value: float | list[float], step: float) -> None:
        """Note a value at a step; several at one step are executions."""
        if step in self._observations:
            self._observations[step].append(value)
        else:
            self._observations[step] = MetricObservation(value, step)

    def get_best_value(self) -> float | None:
        """Return the best mean over executions, or None where nothing was noted; NaN counts only where all are."""
        means = [observation.mean() for observation in self._observations.values()]
        numbers = [mean for mean in means if not np.isnan(mean)]
        if not numbers:
            return means[0] if means else None
        return min(numbers) if self.direction == "min" else max(numbers)

    def get_best_step(self) -> float | None:
        """Return the first step noted with the best value, or None where there is none."""
        best = self.get_best_value()
        return next((one.step for one in self._observations.values() if one.mean() == best), None)

    def get_history(self) -> list[MetricObservation]:
        """Return the observations by step."""
        return sorted(self._observations.values(), key=lambda observation: observation.step)

    def set_history(self, observations: Sequence[MetricObservation]) -> None:
        """Note all observations."""
        for observation in observations:
            self.update(observation.value, observation.step)

    def get_statistics(self) -> dict[str, float]:
        """Return min, max, mean, median, var and std of the means; nothing where nothing was noted."""
        means = [observation.mean() for observation in self.get_history()]
        names = ("min", "max", "mean", "median", "var", "std")
        return {name: float(getattr(np, f"nan{name}")(means)) for name in names} if means else {}

    def get_last_value(self) -> float | None:
        """Return the mean at the last step, or None where nothing was noted."""
        history = self.get_history()
        return history[-1].mean() if history else None

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return {"direction": self.direction, "observations": [one.get_config() for one in self.get_history()]}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "MetricHistory":
        """Rebuild from `get_config`."""
        history = cls(config["direction"])
        history.set_history([MetricObservation.from_config(one) for one in config["observations"]])
        return history
