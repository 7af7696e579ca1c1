"""What a strategy is: it says which candidates come next, and hears what became of them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from layersmith.records import Candidate, Trial, Value

__all__ = ["Strategy"]


class Strategy(Protocol):
    """Proposes candidates of one space.

    The same seed and the same calls give the same candidates. A strategy told the finished trials of a study goes on as
    the one that proposed them would have.
    """

    def enqueue(self, values: Mapping[str, Value], origin: str) -> None:
        """Put a candidate before all that the strategy would propose itself.

        Args:
            values: Name to value; what is missing takes its default, what is inactive is dropped.
            origin: Where it comes from.

        Raises:
            SpaceError: If a name or a value is not of the space.
        """

    def ask(self, n: int) -> list[Candidate]:
        """Return up to `n` candidates that were never asked before; fewer once the space is exhausted."""

    def tell(self, trials: Sequence[Trial]) -> None:
        """Learn from finished trials, in any order; trials this strategy did not propose count too."""
