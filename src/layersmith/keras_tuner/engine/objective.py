"""What a search optimises: one metric, or the sum of several."""

from collections.abc import Mapping, Sequence
from typing import Any

from layersmith.keras_tuner.engine.metric_direction import infer_metric_direction
from layersmith.keras_tuner.errors import FatalTypeError, FatalValueError

__all__ = ["DefaultObjective", "MultiObjective", "Objective", "create_objective"]


class Objective:
    """A metric, and whether it is to be made small or large.

    Args:
        name: Name of the metric, as in Keras' logs.
        direction: `min` or `max`.

    Example:
        >>> objective = Objective("val_accuracy", direction="max")
        >>> objective.better_than(0.9, 0.8)
        True
    """

    def __init__(self, name: str, direction: str) -> None:
        self.name = name
        self.direction = direction

    def has_value(self, logs: Mapping[str, Any]) -> bool:
        """Whether the logs of an epoch tell the objective."""
        return self.name in logs

    def get_value(self, logs: Mapping[str, Any]) -> float:
        """Return the objective that the logs of an epoch tell.

        Raises:
            KeyError: If they do not.
        """
        return float(logs[self.name])

    def better_than(self, a: float, b: float) -> bool:
        """Whether value `a` is better than value `b`."""
        return a > b if self.direction == "max" else a < b

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Objective) and (other.name, other.direction) == (self.name, self.direction)

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __str__(self) -> str:
        return f'Objective(name="{self.name}", direction="{self.direction}")'


class DefaultObjective(Objective):
    """The objective where none is given: the one number that training returns, to be made small."""

    def __init__(self) -> None:
        super().__init__("default_objective", "min")


class MultiObjective(Objective):
    """Several objectives: the sum of those to be made small, less the sum of those to be made large.

    Args:
        objectives: The objectives.

    Example:
        >>> both = MultiObjective([Objective("loss", "min"), Objective("accuracy", "max")])
        >>> both.get_value({"loss": 0.5, "accuracy": 0.75})
        -0.25
    """

    def __init__(self, objectives: Sequence[Objective]) -> None:
        super().__init__("multi_objective", "min")
        self.objectives = list(objectives)
        self.name_to_direction = {objective.name: objective.direction for objective in objectives}

    def has_value(self, logs: Mapping[str, Any]) -> bool:
        """Whether the logs of an epoch tell every objective."""
        return all(name in logs for name in self.name_to_direction)

    def get_value(self, logs: Mapping[str, Any]) -> float:
        """Return the sum that the logs of an epoch tell.

        Raises:
            KeyError: If an objective is missing from them.
        """
        signs = {"min": 1.0, "max": -1.0}
        return sum(signs[direction] * float(logs[name]) for name, direction in self.name_to_direction.items())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MultiObjective) and other.name_to_direction == self.name_to_direction

    __hash__ = None

    def __str__(self) -> str:
        return f"Multi{super().__str__()}: [{', '.join(map(str, self.objectives))}]"


def create_objective(objective: Any) -> Objective:
    """Return the objective that an argument means.

    Args:
        objective: Name of a metric of Keras', an `Objective`, a list of both, or None.

    Raises:
        FatalValueError: If the direction of a name cannot be inferred.
        FatalTypeError: If it is something else.

    Example:
        >>> print(create_objective("val_accuracy"))
        Objective(name="val_accuracy", direction="max")
    """
    if objective is None:
        return DefaultObjective()
    if isinstance(objective, list):
        return MultiObjective([create_objective(one) for one in objective])
    if isinstance(objective, Objective):
        return objective
    if not isinstance(objective, str):
        raise FatalTypeError(
            f"the objective is {objective!r}, a {type(objective).__name__}",
            expected="the name of a metric, an Objective, or a list of them",
            fix='for example objective="val_loss"',
        )
    direction = infer_metric_direction(objective)
    if direction is None:
        raise FatalValueError(
            f"the objective {objective!r} is no metric of Keras', so its direction is not known",
            expected="a metric of Keras', or an Objective with its direction",
            fix=f'say Objective("{objective}", direction="min"), or "max"',
        )
    return Objective(objective, direction)
