"""Asynchronous successive halving, ASHA (Li et al. 2020, arXiv 1810.05934, algorithm 2).

Who is among the best `1 / factor` of a rung as it stands goes on; the rest waits, since a later arrival that is worse
makes room. No worker ever waits for a rung to fill, at the price of a few that would not have gone on in the end.
"""

from collections.abc import Iterator

from layersmith.schedulers.bracket import Bracket, Rung, count_halvings, halving_bracket, require_count, require_plan
from layersmith.schedulers.protocol import Decision, Reports
from layersmith.schedulers.standing import Standing, decision, standings

__all__ = ["AsynchronousHalving"]


class AsynchronousHalving:
    """Lets the best of each rung go on as soon as they are.

    Args:
        factor: What candidates are divided and epochs multiplied by.
        min_epochs: Epochs of the first rung at least.

    Raises:
        BudgetError: If `factor` is below 2 or `min_epochs` below 1.

    Example:
        >>> scheduler = AsynchronousHalving()
        >>> [bracket] = scheduler.plan(max_epochs=9)
        >>> [rung.epochs for rung in bracket]
        [1, 3, 9]
        >>> scheduler.decide(bracket, {0: [0.2], 1: [0.3], 2: [0.4]})
        Decision(go_on=(0,), stop=())
    """

    def __init__(self, *, factor: int = 3, min_epochs: int = 1) -> None:
        require_count("factor", factor, least=2)
        require_count("min_epochs", min_epochs)
        self._factor, self._min_epochs = factor, min_epochs

    def plan(self, max_epochs: int, num_candidates: int | None = None) -> Iterator[Bracket]:
        """Return one bracket, whose rungs take all that come; see `Scheduler.plan`."""
        require_plan(max_epochs, num_candidates)
        halvings = count_halvings(max_epochs, least=self._min_epochs, factor=self._factor)
        rungs = halving_bracket(1, max_epochs, num_halvings=halvings, factor=self._factor)
        return iter([tuple(Rung(epochs=rung.epochs, size=num_candidates) for rung in rungs)])

    def decide(self, bracket: Bracket, reports: Reports) -> Decision:
        """Return who goes on; see `Scheduler.decide`."""
        return decision(map(self._at_rung, standings(bracket, reports)))

    def _at_rung(self, standing: Standing) -> Decision:
        return standing.decide(go_on=standing.ranking[: len(standing.values) // self._factor])
