"""No scheduler: every candidate trains to the end."""

from collections.abc import Iterator

from layersmith.schedulers.bracket import Bracket, Rung, require_plan
from layersmith.schedulers.protocol import Decision, Reports
from layersmith.schedulers.standing import decision, standings

__all__ = ["NoScheduler"]


class NoScheduler:
    """Lets everyone train all epochs.

    Example:
        >>> next(NoScheduler().plan(max_epochs=30))
        (Rung(epochs=30, size=None),)
    """

    def plan(self, max_epochs: int, num_candidates: int | None = None) -> Iterator[Bracket]:
        """Return one bracket of one rung; see `Scheduler.plan`."""
        require_plan(max_epochs, num_candidates)
        return iter([(Rung(epochs=max_epochs, size=num_candidates),)])

    def decide(self, bracket: Bracket, reports: Reports) -> Decision:
        """Return who is done, which is everyone that reports."""
        return decision(standing.decide() for standing in standings(bracket, reports))
