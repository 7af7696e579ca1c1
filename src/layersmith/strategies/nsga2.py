"""NSGA-II: search for the candidates that no other beats in every objective (Deb et al., 2002).

Steady state (Durillo et al., 2009): each candidate is the child of two of the best known, whatever is still on its way,
so that batches of any size work and a resumed search goes on as the old one. Parents are the less dominated of two, and
the less crowded; each entry comes from either; then levels move as in `moves`.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from layersmith.errors import StrategyError
from layersmith.records import Trial, Value
from layersmith.space import HyperParameters
from layersmith.strategies.ask_tell import AskTell
from layersmith.strategies.lattice import Codes, Lattice
from layersmith.strategies.ledger import IsNew, first_new
from layersmith.strategies.moves import mutate
from layersmith.strategies.pareto import best_of
from layersmith.strategies.sobol import sobol_candidates

__all__ = ["NSGA2Strategy"]

_DESIGN = 10  # candidates that cover the space before the first children
_PARENTS = 20
_POINTS = 100  # points of the Sobol sequence looked at
_CHILDREN = 60
_MOVES = 2  # levels of a child that move: one always, the next in half of the children


class NSGA2Strategy(AskTell):
    """Breeds candidates from the best known by several objectives.

    Args:
        space: The space.
        seed: Seed of the draws, 0 or above.
        higher_is_better: The direction of each of the trials' `objectives`, or of their score.

    Example:
        >>> from layersmith.records import Trial
        >>> hp = HyperParameters()
        >>> _ = hp.Int("units", 8, 512, step=2, sampling="log")
        >>> strategy = NSGA2Strategy(hp, seed=0, higher_is_better=(True, False))  # accuracy and parameters
        >>> [candidate] = strategy.ask(1)
        >>> strategy.tell([Trial(candidate=candidate, score=0.9, objectives=(0.9, 1200.0))])
    """

    def __init__(self, space: HyperParameters, seed: int, higher_is_better: bool | Sequence[bool]) -> None:
        super().__init__(space, "nsga2")
        self._seed = seed
        directions = [higher_is_better] if isinstance(higher_is_better, bool) else higher_is_better
        self._signs = np.where(directions, -1.0, 1.0)
        self._lattice = Lattice(space.space)
        self._places: dict[int, NDArray[np.float64]] = {}

    def _propose(self, number: int, is_new: IsNew) -> dict[str, Value] | None:
        rng = np.random.default_rng([self._seed, number])
        return first_new(self._proposals(number, rng), self._space, rng, is_new)

    def _proposals(self, number: int, rng: np.random.Generator) -> Iterator[dict[str, Value]]:
        if self._lattice.entries != self._space.space:
            self._lattice, self._places = Lattice(self._space.space), {}
        located, losses = self._complete()
        if number < _DESIGN or len(located) < 2:
            yield from islice(sobol_candidates(self._space, self._seed, first=number), _POINTS)
            return
        parents = self._lattice.nearest(located[best_of(losses, _PARENTS)])
        for codes in self._children(parents, rng):
            yield self._lattice.values_of(codes.tolist())

    def _complete(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where the complete trials lie, `(trials, dimensions)`, and their losses, `(trials, objectives)`."""
        trials = self._ledger.trials
        for number, trial in trials.items():
            if number not in self._places and trial.state == "complete":
                place = self._lattice.locate(trial.candidate.values)
                if place is not None and all(map(math.isfinite, self._objectives(trial))):
                    self._places[number] = place
        numbers = sorted(self._places)
        losses = [self._signs * self._objectives(trials[number]) for number in numbers]
        return np.array([self._places[number] for number in numbers]), np.array(losses)

    def _objectives(self, trial: Trial) -> tuple[float, ...]:
        values = trial.objectives or (trial.score,)
        if len(values) == len(self._signs):
            return values
        raise StrategyError(
            f"trial {trial.number} has {len(values)} objectives",
            expected=f"{len(self._signs)}, as many as directions",
            fix="give `objectives` of the trial one value per direction",
        )

    def _children(self, parents: Codes, rng: np.random.Generator) -> Codes:
        """Return children `(_CHILDREN, dimensions)` of parents that stand in the order of their merit."""
        first, second = rng.integers(len(parents), size=(2, 2, _CHILDREN))
        mother, father = parents[np.minimum(first, second)]
        swapped = rng.random(mother.shape) < 0.5
        taken, other = np.where(swapped, father, mother), np.where(swapped, mother, father)
        children = self._lattice.activate(self._lattice.fill(np.where(taken < 0, other, taken), rng))
        for most in range(1, _MOVES + 1):
            moved = rng.random(_CHILDREN) < 1.0 / most
            children[moved] = mutate(self._lattice, children[moved], rng)
        return children
