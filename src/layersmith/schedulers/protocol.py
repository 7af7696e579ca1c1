"""What a scheduler is: it plans rungs, and says who goes on from one to the next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from layersmith.schedulers.bracket import Bracket

__all__ = ["Decision", "Reports", "Scheduler"]

Reports: TypeAlias = Mapping[int, Sequence[float]]
"""Candidate number to its value at each rung of the bracket that it has reached so far.

The value is the best until then, so that a candidate which stopped training early has one at every rung. What failed
reports NaN.
"""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of the candidates of a bracket, by what is known now.

    Each is spoken of by the last rung it has reached; who is in neither waits there for others to arrive. A search acts
    on those that wait and has already acted on the rest.

    Attributes:
        go_on: Numbers of the candidates that train up to the next rung: from the highest rung down, best first.
        stop: Numbers of those whose training ends here: beaten, failed, or at the last rung.
    """

    go_on: tuple[int, ...] = ()
    stop: tuple[int, ...] = ()


class Scheduler(Protocol):
    """Decides from values alone: no clock, no data, no state. Lower values are better; one that is no number loses.

    A candidate that goes on keeps its weights and optimizer state. Once nothing trains and no candidate is to come, who
    still waits is done.
    """

    def plan(self, max_epochs: int, num_candidates: int | None = None) -> Iterator[Bracket]:
        """Return the brackets of a search, one after the other.

        Args:
            max_epochs: Epochs of a whole training.
            num_candidates: Candidates that the brackets start together; None for a search that something else ends,
                whose brackets may be endless.

        Raises:
            BudgetError: If a count is not a whole number above 0.
        """

    def decide(self, bracket: Bracket, reports: Reports) -> Decision:
        """Return who goes on and who stops.

        Args:
            bracket: One that `plan` gave.
            reports: What its candidates have reported, all of them.
        """
