"""The metrics of a trial."""

from collections.abc import Mapping, Sequence
from typing import Any

from layersmith.errors import nearest
from layersmith.keras_tuner.engine.metric_direction import infer_metric_direction
from layersmith.keras_tuner.engine.metric_history import MetricHistory, MetricObservation
from layersmith.keras_tuner.errors import FatalValueError, UnknownMetricError

__all__ = ["MetricHistory", "MetricObservation", "MetricsTracker", "infer_metric_direction"]


class MetricsTracker:
    """The histories of several metrics.

    Args:
        metrics: Keras metrics to begin with.

    Example:
        >>> tracker = MetricsTracker()
        >>> tracker.update("val_accuracy", 0.9)
        True
        >>> tracker.get_best_value("val_accuracy"), tracker.get_direction("val_accuracy")
        (0.9, 'max')
    """

    def __init__(self, metrics: Sequence[Any] | None = None) -> None:
        self.metrics: dict[str, MetricHistory] = {}
        self.register_metrics(metrics)

    def exists(self, name: str) -> bool:
        """Whether the metric is tracked."""
        return name in self.metrics

    def register_metrics(self, metrics: Sequence[Any] | None = None) -> None:
        """Track some Keras metrics."""
        for metric in metrics or ():
            self.register(metric.name)

    def register(self, name: str, direction: str | None = None) -> None:
        """Track a metric.

        Args:
            name: Its name.
            direction: `min` or `max`; inferred from the name unless given, and `min` where that cannot be.

        Raises:
            FatalValueError: If it is tracked already.
        """
        if self.exists(name):
            got = f"the metric {name!r} is tracked already"
            raise FatalValueError(got, expected="a name that is new", fix="register it once")
        self.metrics[name] = MetricHistory(direction or infer_metric_direction(name) or "min")

    def update(self, name: str, value: float, step: float = 0) -> bool:
        """Note a value, and return whether the best one changed."""
        if not self.exists(name):
            self.register(name)
        before = self.metrics[name].get_best_value()
        self.metrics[name].update(float(value), step)
        return self.metrics[name].get_best_value() != before

    def get_history(self, name: str) -> list[MetricObservation]:
        """Return a metric's observations by step."""
        return self._history(name).get_history()

    def set_history(self, name: str, observations: Sequence[MetricObservation]) -> None:
        """Note a metric's observations."""
        if not self.exists(name):
            self.register(name)
        self.metrics[name].set_history(observations)

    def get_best_value(self, name: str) -> float | None:
        """Return a metric's best value."""
        return self._history(name).get_best_value()

    def get_best_step(self, name: str) -> float | None:
        """Return the step of a metric's best value."""
        return self._history(name).get_best_step()

    def get_statistics(self, name: str) -> dict[str, float]:
        """Return min, max, mean, median, var and std of a metric."""
        return self._history(name).get_statistics()

    def get_last_value(self, name: str) -> float | None:
        """Return a metric's last value."""
        return self._history(name).get_last_value()

    def get_direction(self, name: str) -> str:
        """Return a metric's direction."""
        return self._history(name).direction

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return {"metrics": {name: history.get_config() for name, history in self.metrics.items()}}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "MetricsTracker":
        """Rebuild from `get_config`."""
        tracker = cls()
        tracker.metrics = {name: MetricHistory.from_config(one) for name, one in config["metrics"].items()}
        return tracker

    def _history(self, name: str) -> MetricHistory:
        if name not in self.metrics:
            close = nearest(name, self.metrics)
            raise UnknownMetricError(
                f"unknown metric {name!r}",
                expected=f"one of: {', '.join(self.metrics) or 'no metric yet'}",
                fix=f"use {close!r}" if close else "name a metric that training reported",
            )
        return self.metrics[name]
