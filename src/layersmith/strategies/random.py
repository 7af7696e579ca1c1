"""Random search: every candidate is an independent draw (Bergstra and Bengio, 2012, JMLR 13:281-305)."""

import numpy as np

from layersmith.records import Value
from layersmith.space import HyperParameters
from layersmith.strategies.ask_tell import AskTell
from layersmith.strategies.ledger import IsNew, first_new

__all__ = ["RandomStrategy"]


class RandomStrategy(AskTell):
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
        super().__init__(space, "random")
        self._seed = seed

    def _propose(self, number: int, is_new: IsNew) -> dict[str, Value] | None:
        return first_new((), self._space, np.random.default_rng([self._seed, number]), is_new)
