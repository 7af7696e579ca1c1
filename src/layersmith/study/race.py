"""Who stands where in a search with rungs: the brackets under way, what was reported, who goes on and who stops."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from layersmith.schedulers import Bracket, Decision, Rung, Scheduler, limited

__all__ = ["Race"]


@dataclass(eq=False)
class _Heat:
    """A bracket and its candidates' reports."""

    rungs: Bracket
    reports: dict[int, list[float]] = field(default_factory=dict)

    @property
    def has_room(self) -> bool:
        size = self.rungs[0].size
        return size is None or len(self.reports) < size


class Race:
    """Puts candidates into a scheduler's brackets as they come, and asks it about those that wait.

    Rungs are shares of a training: a candidate that plans 150 epochs reaches the rung at 9 of 27 after 50.

    Args:
        scheduler: Decides.
        max_epochs: Epochs in which its rungs are counted.
        num_candidates: Candidates that will come; None where something else ends the search.

    Raises:
        BudgetError: If a count is not a whole number above 0.

    Example:
        >>> from layersmith.schedulers import create_scheduler
        >>> race = Race(create_scheduler("successive_halving", higher_is_better=True), max_epochs=9, num_candidates=3)
        >>> for number, score in enumerate([0.7, 0.9, 0.8]):
        ...     race.enter(number)
        ...     race.report(number, score, ended=False)
        >>> race.decide()
        Decision(go_on=(1,), stop=(0, 2))
        >>> race.share(1)
        1.0
    """

    def __init__(self, scheduler: Scheduler, *, max_epochs: int, num_candidates: int | None) -> None:
        self._scheduler, self._max_epochs = scheduler, max_epochs
        self._plan = scheduler.plan(max_epochs, num_candidates)
        self._heats: list[_Heat] = []
        self._of: dict[int, _Heat] = {}
        self._waiting: set[int] = set()
        self._ended: set[int] = set()

    def enter(self, number: int) -> None:
        """Give a candidate its place: in the first bracket that has one, else in the next of the plan.

        After the last of the plan, which a search reaches that is resumed with other numbers, it runs alone to the end.
        """
        heat = next((heat for heat in self._heats if heat.has_room), None)
        if heat is None:
            heat = _Heat(next(self._plan, (Rung(epochs=self._max_epochs, size=1),)))
            self._heats.append(heat)
        heat.reports[number], self._of[number] = [], heat

    def withdraw(self, number: int) -> None:
        """Take a candidate out that was never trained; its place is free again."""
        self._of.pop(number).reports.pop(number)

    def share(self, number: int) -> float:
        """Return the share of its epochs that a candidate trains up to its next rung."""
        heat = self._of[number]
        return heat.rungs[len(heat.reports[number])].epochs / self._max_epochs

    def report(self, number: int, score: float, *, ended: bool) -> None:
        """Take in what a candidate has reached at its next rung.

        Args:
            number: The candidate.
            score: Its score; NaN where it failed.
            ended: Whether its training is over; where it would go on, its score counts at the next rung at once.
        """
        self._of[number].reports[number].append(score)
        self._waiting.add(number)
        if ended:
            self._ended.add(number)

    def restore(self, number: int, scores: Sequence[float], *, ended: bool) -> None:
        """Take in a candidate of an earlier session.

        Args:
            number: The candidate.
            scores: Its scores at rungs.
            ended: Whether its training was over; False where it was stopped at the last of them.
        """
        self.enter(number)
        heat = self._of[number]
        *before, last = scores or (math.nan,)
        heat.reports[number] = before[: len(heat.rungs) - 1]
        self.report(number, last, ended=ended)
        if not ended:
            self._waiting.discard(number)

    def scores(self, number: int) -> tuple[float, ...]:
        """Return what a candidate has reported, rung by rung; nothing where there is one rung only."""
        heat = self._of[number]
        return tuple(heat.reports[number]) if len(heat.rungs) > 1 else ()

    def decide(self) -> Decision:
        """Return who of those that wait in training goes on now, and who stops; each is told once."""
        go_on, stop = list[int](), list[int]()
        for heat in self._heats:
            while not self._waiting.isdisjoint(heat.reports):
                decided = self._scheduler.decide(heat.rungs, heat.reports)
                promoted = [number for number in decided.go_on if number in self._waiting]
                stopped = [number for number in decided.stop if number in self._waiting]
                self._waiting -= {*promoted, *stopped}
                go_on += [number for number in promoted if number not in self._ended]
                stop += [number for number in stopped if number not in self._ended]
                trained = [number for number in promoted if number in self._ended]
                for number in trained:
                    self.report(number, heat.reports[number][-1], ended=True)
                if not trained:
                    break
        return Decision(go_on=tuple(go_on), stop=tuple(stop))

    def close(self) -> None:
        """Expect no other candidates."""
        for heat in self._heats:
            heat.rungs = limited(heat.rungs, len(heat.reports))
