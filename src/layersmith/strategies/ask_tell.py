"""What all strategies share: a ledger in which they look, and to which they propose."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from layersmith.records import Candidate, Trial, Value
from layersmith.space import HyperParameters
from layersmith.strategies.ledger import IsNew, Ledger

__all__ = ["AskTell"]


class AskTell(ABC):
    """Keeps a ledger; a strategy says what to propose.

    Args:
        space: The space; it may grow during the search.
        origin: What the candidates that the strategy proposes are called.
    """

    def __init__(self, space: HyperParameters, origin: str) -> None:
        self._space, self._ledger = space, Ledger(space, origin)

    def enqueue(self, values: Mapping[str, Value], origin: str) -> None:
        """Put a candidate before all others; see `Strategy.enqueue`."""
        self._ledger.enqueue(values, origin)

    def ask(self, n: int) -> list[Candidate]:
        """Return up to `n` new candidates; fewer once the space is exhausted."""
        return list(self._ledger.ask(n, self._propose))

    def tell(self, trials: Sequence[Trial]) -> None:
        """Take note of trials, in any order; trials this strategy did not propose count too."""
        self._ledger.tell(trials)

    @abstractmethod
    def _propose(self, number: int, is_new: IsNew) -> dict[str, Value] | None:
        """Return the values of candidate `number`, or None where none are left."""
