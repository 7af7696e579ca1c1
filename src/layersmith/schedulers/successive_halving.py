"""Successive halving (Jamieson and Talwalkar 2016, arXiv 1502.07943; Karnin et al. 2013).

At each rung the best `size of the next rung` go on. Nobody has to wait for the whole rung: who beats so many that no
late arrival can push it out goes on at once, and who is beaten by enough stops. In the end the survivors are those of
the paper, whatever the order of arrival.
"""

from collections.abc import Iterator
from itertools import repeat

from layersmith.schedulers.bracket import Bracket, Rung, count_halvings, halving_bracket, require_count, require_plan
from layersmith.schedulers.protocol import Decision, Reports
from layersmith.schedulers.standing import Standing, decision, standings

__all__ = ["SuccessiveHalving", "halve"]


class SuccessiveHalving:
    """One candidate in `factor` goes on at each rung, for `factor` times the epochs.

    Args:
        factor: What candidates are divided and epochs multiplied by.
        min_epochs: Epochs of the first rung at least.

    Raises:
        BudgetError: If `factor` is below 2 or `min_epochs` below 1.

    Example:
        >>> scheduler = SuccessiveHalving()
        >>> [bracket] = scheduler.plan(max_epochs=9, num_candidates=9)
        >>> [(rung.size, rung.epochs) for rung in bracket]
        [(9, 1), (3, 3), (1, 9)]
        >>> scheduler.decide(bracket, {number: [number / 10] for number in range(9)})
        Decision(go_on=(0, 1, 2), stop=(3, 4, 5, 6, 7, 8))
    """

    def __init__(self, *, factor: int = 3, min_epochs: int = 1) -> None:
        require_count("factor", factor, least=2)
        require_count("min_epochs", min_epochs)
        self._factor, self._min_epochs = factor, min_epochs

    def plan(self, max_epochs: int, num_candidates: int | None = None) -> Iterator[Bracket]:
        """Return one bracket with a candidate or more for its last rung; without a number, the same again and again.

        Raises:
            BudgetError: If a count is not a whole number above 0.
        """
        require_plan(max_epochs, num_candidates)
        halvings = count_halvings(max_epochs, least=self._min_epochs, factor=self._factor)
        if num_candidates is None:
            return repeat(self._bracket(self._factor**halvings, max_epochs, halvings))
        fewer = min(halvings, count_halvings(num_candidates, factor=self._factor))
        return iter([self._bracket(num_candidates, max_epochs, fewer)])

    def _bracket(self, num_candidates: int, max_epochs: int, halvings: int) -> Bracket:
        return halving_bracket(num_candidates, max_epochs, num_halvings=halvings, factor=self._factor)

    def decide(self, bracket: Bracket, reports: Reports) -> Decision:
        """Return who goes on; see `Scheduler.decide`."""
        return halve(bracket, reports)


def halve(bracket: Bracket, reports: Reports) -> Decision:
    """Return who is sure to be, or sure not to be, among the best that the next rung has room for.

    Args:
        bracket: Rungs that have sizes.
        reports: Values, lower is better.

    Raises:
        BudgetError: If a rung has no size.

    Example:
        >>> bracket = halving_bracket(3, 3, num_halvings=1, factor=3)
        >>> halve(bracket, {0: [0.2], 1: [0.3]})  # 0 waits for the third
        Decision(go_on=(), stop=(1,))
    """
    return decision(_by_rung(bracket, reports))


def _by_rung(bracket: Bracket, reports: Reports) -> Iterator[Decision]:
    expected, *rooms = map(_size, bracket)
    for standing, room in zip(standings(bracket, reports), [*rooms, 0], strict=True):
        pending = max(0, expected - len(standing.values))
        yield _at_rung(standing, room, pending)
        expected = min(room, len(standing.ranking) + pending)


def _at_rung(standing: Standing, room: int, pending: int) -> Decision:
    """Decide a rung of which `pending` are still to arrive, and `room` go on."""
    return standing.decide(go_on=standing.ranking[: max(0, room - pending)], stop=standing.ranking[room:])


def _size(rung: Rung) -> int:
    require_count(f"the size of the rung at {rung.epochs} epochs", rung.size, least=0)
    return rung.size or 0
