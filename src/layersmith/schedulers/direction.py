"""The direction of values, in one place: schedulers look for low ones."""

from collections.abc import Iterator

from layersmith.schedulers.bracket import Bracket
from layersmith.schedulers.protocol import Decision, Reports, Scheduler

__all__ = ["HigherIsBetter"]


class HigherIsBetter:
    """A scheduler for values of which more is better.

    Args:
        scheduler: One that looks for low values.

    Example:
        >>> from layersmith.schedulers import SuccessiveHalving
        >>> scheduler = HigherIsBetter(SuccessiveHalving())
        >>> [bracket] = scheduler.plan(max_epochs=3, num_candidates=3)
        >>> scheduler.decide(bracket, {0: [0.7], 1: [0.9], 2: [float("nan")]})
        Decision(go_on=(1,), stop=(0, 2))
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def plan(self, max_epochs: int, num_candidates: int | None = None) -> Iterator[Bracket]:
        """Return the brackets; see `Scheduler.plan`."""
        return self._scheduler.plan(max_epochs, num_candidates)

    def decide(self, bracket: Bracket, reports: Reports) -> Decision:
        """Return who goes on; see `Scheduler.decide`."""
        return self._scheduler.decide(bracket, {n: [-value for value in values] for n, values in reports.items()})
