"""Random search: every candidate is an independent draw (Bergstra and Bengio, 2012, JMLR 13:281-305)."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from layersmith.records import Candidate, Trial, Value
from layersmith.space import HyperParameters
from layersmith.strategies.ledger import Ledger, draw_new

__all__ = ["RandomStrategy"]


class RandomStrategy:
    """Draws candidates at random, none twice.

    A candidate depends on the seed, its number and the candidates before it, never on results: the size of the batches
    makes no difference.

    Args:
        space: The space.
        seed: Seed of the draws, 0 or above.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Choice("activation", ["relu", "tanh"])
        >>> [candidate.values["activation"] for candidate in RandomStrategy(hp, seed=0).ask(5)]
        ['tanh', 'relu']
    """

    def __init__(self, space: HyperParameters, seed: int) -> None:
        self._space, self._seed = space, seed
        self._ledger = Ledger(space, "random")

    def enqueue(self, values: Mapping[str, Value], origin: str) -> None:
        """Put a candidate before all others; see `Strategy.enqueue`."""
        self._ledger.enqueue(values, origin)

    def ask(self, n: int) -> list[Candidate]:
        """Return up to `n` new candidates."""
        return list(self._ledger.ask(n, self._propose))

    def tell(self, trials: Sequence[Trial]) -> None:
        """Take note of the candidates tried; their results play no part."""
        for trial in trials:
            self._ledger.record(trial.candidate)

    def _propose(self, number: int, is_new: Callable[[Mapping[str, Value]], bool]) -> dict[str, Value] | None:
        return draw_new(self._space, np.random.default_rng([self._seed, number]), is_new)
