"""The candidates of a ledger as arrays: where they lie, and what they are worth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layersmith.strategies.gp.work import log_work
from layersmith.strategies.lattice import Lattice
from layersmith.strategies.ledger import Ledger
from layersmith.strategies.losses import Standing, standing

__all__ = ["History", "Located"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Located:
    """Candidates in the order of their numbers.

    Attributes:
        numbers: Numbers of the tried ones, `(tried,)`.
        tried: Where they lie, `(tried, dimensions)`.
        standings: What they are worth, see `losses.standing`, `(tried, 3)`.
        works: The logarithms of what they took, NaN where that is not known, `(tried,)`.
        pending: Where those without a result lie, `(pending, dimensions)`.
    """

    numbers: tuple[int, ...]
    tried: Array
    standings: Array
    works: Array
    pending: Array


class History:
    """Locates the candidates of a ledger, each once.

    Args:
        ledger: The ledger.
        higher_is_better: The direction of its scores.
    """

    def __init__(self, ledger: Ledger, higher_is_better: bool) -> None:
        self._ledger, self._higher = ledger, higher_is_better
        self._lattice: Lattice | None = None
        self._places: dict[int, Array | None] = {}
        self._standings: dict[int, Standing] = {}
        self._works: dict[int, float] = {}

    def located(self, lattice: Lattice) -> Located:
        """Return the candidates that lie in the lattice."""
        if self._lattice is not lattice:
            self._lattice, self._places = lattice, {}
        trials = self._ledger.trials
        for number, candidate in self._ledger.candidates.items():
            if number not in self._places:
                self._places[number] = lattice.locate(candidate.values)
        for number in trials.keys() - self._standings.keys():
            self._standings[number] = standing(trials[number], self._higher)
            self._works[number] = log_work(trials[number])
        numbers = [number for number in sorted(self._places) if self._places[number] is not None]
        tried = [number for number in numbers if number in trials]
        return Located(
            numbers=tuple(tried),
            tried=self._rows(tried),
            standings=np.array([self._standings[number] for number in tried]).reshape(-1, 3),
            works=np.array([self._works[number] for number in tried]),
            pending=self._rows([number for number in numbers if number not in trials]),
        )

    def _rows(self, numbers: list[int]) -> Array:
        dimensions = len(self._lattice.entries) if self._lattice else 0
        return np.array([self._places[number] for number in numbers], float).reshape(len(numbers), dimensions)
