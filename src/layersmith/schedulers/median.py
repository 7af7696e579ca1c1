"""The median stopping rule (Golovin et al. 2017, Google Vizier, section 3.2.2).

A candidate stops where its value is worse than the median of the others at the same epoch. As in Optuna's
`MedianPruner`, the others count by their values there; Vizier takes their running averages.
"""

from collections.abc import Iterator
from statistics import median

from layersmith.schedulers.bracket import Bracket, Rung, require_count, require_plan
from layersmith.schedulers.protocol import Decision, Reports
from layersmith.schedulers.standing import Standing, decision, standings

__all__ = ["MedianScheduler"]


class MedianScheduler:
    """Stops what is worse than the median. Nobody waits: a candidate is compared with those that came before it.

    Args:
        min_epochs: Epochs before the first comparison.
        interval: Epochs from one comparison to the next.
        num_peers: Others at a rung below which nobody is stopped there.

    Raises:
        BudgetError: If one of them is not a whole number above 0.

    Example:
        >>> scheduler = MedianScheduler(interval=10, num_peers=2)
        >>> [bracket] = scheduler.plan(max_epochs=30)
        >>> [rung.epochs for rung in bracket]
        [1, 11, 21, 30]
        >>> scheduler.decide(bracket, {0: [0.5, 0.4], 1: [0.3], 2: [0.6]})
        Decision(go_on=(0, 1), stop=(2,))
    """

    def __init__(self, *, min_epochs: int = 1, interval: int = 1, num_peers: int = 5) -> None:
        for name, value in (("min_epochs", min_epochs), ("interval", interval), ("num_peers", num_peers)):
            require_count(name, value)
        self._min_epochs, self._interval, self._num_peers = min_epochs, interval, num_peers

    def plan(self, max_epochs: int, num_candidates: int | None = None) -> Iterator[Bracket]:
        """Return one bracket with a rung at every comparison; see `Scheduler.plan`."""
        require_plan(max_epochs, num_candidates)
        compared = range(self._min_epochs, max_epochs, self._interval)
        return iter([tuple(Rung(epochs=epochs, size=num_candidates) for epochs in (*compared, max_epochs))])

    def decide(self, bracket: Bracket, reports: Reports) -> Decision:
        """Return who goes on; see `Scheduler.decide`."""
        return decision(map(self._at_rung, standings(bracket, reports)))

    def _at_rung(self, standing: Standing) -> Decision:
        beaten = {number for number in standing.here if self._is_beaten(standing, number)}
        return standing.decide(go_on=(n for n in standing.ranking if n not in beaten), stop=beaten)

    def _is_beaten(self, standing: Standing, number: int) -> bool:
        peers = [standing.values[other] for other in standing.ranking if other != number]
        return len(peers) >= self._num_peers and standing.values[number] > median(peers)
