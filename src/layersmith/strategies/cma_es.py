"""CMA-ES for mixed spaces, by the package `cmaes`: CatCMA with margin (Hamano et al., 2025, arXiv:2504.07884).

    Choice in order, Int and Float with steps     a Gaussian over places, with a margin so that no value dies out
    numbers without steps                         the same Gaussian, over the share of the scale
    no order, or two values                       a distribution over categories

Inactive entries are sampled too and left out of the candidate.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from layersmith.records import Value
from layersmith.space import Entry, HyperParameters
from layersmith.space.conditions import resolve
from layersmith.strategies.ask_tell import AskTell
from layersmith.strategies.lattice import is_by_share, is_unordered
from layersmith.strategies.ledger import IsNew, first_new
from layersmith.strategies.losses import Standing, standing

if TYPE_CHECKING:
    from cmaes import CatCMAwM

__all__ = ["CMAESStrategy"]

_FREE = 20  # generations, ahead of the number of candidates, that may pass without a new candidate
_EXTRA = 100  # samples looked at beyond a generation


class CMAESStrategy(AskTell):
    """Moves a distribution towards the better half of each generation.

    The k-th sample of a generation depends on the seed, the generation and k alone, and a sample that was tried before
    takes the result it had. So the distribution is a function of the results, which a resumed search finds again. A
    generation ends when all its members have results; until then further candidates come from the same distribution.
    Where an entry is declared late, the distribution starts anew.

    Args:
        space: The space.
        seed: Seed of the draws, 0 or above.
        higher_is_better: The direction of the trials' scores.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Float("rate", 1e-4, 1e-1, sampling="log")
        >>> [candidate] = CMAESStrategy(hp, seed=0, higher_is_better=False).ask(1)
        >>> candidate.origin
        'cmaes'
    """

    def __init__(self, space: HyperParameters, seed: int, higher_is_better: bool) -> None:
        super().__init__(space, "cmaes")
        self._seed, self._higher = seed, higher_is_better
        self._evolution: _Evolution | None = None

    def _propose(self, number: int, is_new: IsNew) -> dict[str, Value] | None:
        rng = np.random.default_rng([self._seed, number])
        return first_new(self._samples(is_new), self._space, rng, is_new)

    def _samples(self, is_new: IsNew) -> Iterator[dict[str, Value]]:
        """Yield samples, the first new one of the present generation before all others."""
        entries = self._space.space
        if all(entry.size == 1 for entry in entries):
            return
        if self._evolution is None or self._evolution.entries != entries:
            self._evolution = _Evolution(entries, self._seed)
        evolution = self._evolution
        while evolution.generation < len(self._ledger.candidates) + _FREE:
            members = [evolution.values(place) for place in range(evolution.size)]
            yield from filter(is_new, members)
            results = [trial for values in members if (trial := self._ledger.result_of(values))]
            if len(results) < evolution.size:
                break
            evolution.advance([standing(trial, self._higher) for trial in results])
        yield from (evolution.values(place) for place in range(evolution.size, evolution.size + _EXTRA))


@dataclass(eq=False)
class _Evolution:
    """The distribution, and the samples of its present generation."""

    entries: Sequence[Entry]
    seed: int
    _members: list[tuple["CatCMAwM.Solution", dict[str, Value]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        from cmaes import CatCMAwM  # with scipy.stats, half a second

        open_entries = [entry for entry in self.entries if entry.size != 1]
        self._categories = [entry for entry in open_entries if is_unordered(entry) or entry.size == 2]
        ordered = [entry for entry in open_entries if entry not in self._categories]
        self._lines = [entry for entry in ordered if is_by_share(entry)]
        self._places = [entry for entry in ordered if not is_by_share(entry)]
        self._optimizer = CatCMAwM(
            x_space=[[0.0, 1.0] for _ in self._lines] or None,
            z_space=[range(entry.size or 0) for entry in self._places] or None,
            c_space=[entry.size or 0 for entry in self._categories] or None,
        )

    @property
    def size(self) -> int:
        """Members of a generation."""
        return int(self._optimizer.population_size)

    @property
    def generation(self) -> int:
        """Generations that have passed."""
        return int(self._optimizer.generation)

    def values(self, place: int) -> dict[str, Value]:
        """Return the values of a sample of this generation, from 0."""
        while len(self._members) <= place:
            state = np.random.SeedSequence([self.seed, self.generation, len(self._members)]).generate_state(1)
            self._optimizer.reseed_rng(int(state[0]))
            solution = self._optimizer.ask()
            self._members.append((solution, self._decode(solution)))
        return self._members[place][1]

    def advance(self, results: Sequence[Standing]) -> None:
        """Move on by the results of the members."""
        ranks = np.empty(len(results))
        ranks[sorted(range(len(results)), key=results.__getitem__)] = np.arange(len(results))
        solutions = [solution for solution, _ in self._members[: self.size]]
        self._optimizer.tell(list(zip(solutions, ranks.tolist(), strict=True)))
        self._members = []

    def _decode(self, solution: "CatCMAwM.Solution") -> dict[str, Value]:
        chosen: dict[Entry, Value] = {}
        for entry, share in zip(self._lines, _row(solution.x), strict=True):
            chosen[entry] = entry.from_unit(float(share))
        for entry, place in zip(self._places, _row(solution.z), strict=True):
            chosen[entry] = entry.value_at(int(place))
        for entry, one_hot in zip(self._categories, _row(solution.c), strict=True):
            chosen[entry] = entry.value_at(int(np.argmax(one_hot)))
        return resolve(self.entries, lambda entry: chosen.get(entry, entry.default))


def _row(part: np.ndarray | None) -> np.ndarray:
    return np.zeros(0) if part is None else part
