"""Search by a Gaussian process over discrete, conditional spaces."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

import numpy as np
from threadpoolctl import ThreadpoolController

from layersmith.records import Value
from layersmith.space import HyperParameters
from layersmith.strategies.ask_tell import AskTell
from layersmith.strategies.gp.history import History, Located
from layersmith.strategies.gp.pool import promising
from layersmith.strategies.gp.surrogate import Milestone, last_milestone, milestone, surrogate
from layersmith.strategies.gp.work import learn_work
from layersmith.strategies.lattice import Lattice
from layersmith.strategies.ledger import IsNew, first_new
from layersmith.strategies.losses import FAILED
from layersmith.strategies.sobol import sobol_candidates

__all__ = ["GPStrategy"]

_DESIGN = 5  # candidates that cover the space before the process takes over
_POINTS = 100  # points of the Sobol sequence looked at
_NEXT = 4  # of these the cheapest: a design that costs little leaves more to the process (arXiv:2003.10870, section 3)
_RESULTS = 3  # it needs at least


class GPStrategy(AskTell):
    """Proposes the candidate whose expected improvement is largest for what its training takes.

    A proposal depends on the seed, its number and what is known when it is asked for, not on the order of telling nor
    on the number of cores: a study that is told its finished trials goes on as if it had never stopped.

    Args:
        space: The space.
        seed: Seed of the draws, 0 or above.
        higher_is_better: The direction of the trials' scores.

    Example:
        >>> from layersmith.records import Trial
        >>> hp = HyperParameters()
        >>> _ = hp.Choice("units", [16, 32, 64, 128]), hp.Float("rate", 1e-4, 1e-1, sampling="log")
        >>> strategy = GPStrategy(hp, seed=0, higher_is_better=False)
        >>> for _ in range(12):
        ...     [candidate] = strategy.ask(1)
        ...     strategy.tell([Trial(candidate=candidate, score=abs(candidate.values["units"] - 64))])
        >>> candidate.values["units"]
        64
    """

    def __init__(self, space: HyperParameters, seed: int, higher_is_better: bool) -> None:
        super().__init__(space, "gp")
        self._seed = seed
        self._history = History(self._ledger, higher_is_better)
        self._lattice = Lattice(space.space)
        self._reached: Milestone | None = None

    def _propose(self, number: int, is_new: IsNew) -> dict[str, Value] | None:
        rng = np.random.default_rng([self._seed, number])
        return first_new(self._proposals(rng, is_new), self._space, rng, is_new)

    def _proposals(self, rng: np.random.Generator, is_new: IsNew) -> Iterator[dict[str, Value]]:
        own = sum(candidate.origin == "gp" for candidate in self._ledger.candidates.values())
        if self._lattice.entries != self._space.space:
            self._lattice, self._reached = Lattice(self._space.space), None
        located = self._history.located(self._lattice)
        if own < _DESIGN or (located.standings[:, 0] < FAILED).sum() < _RESULTS:
            points = sobol_candidates(self._space, self._seed, first=own)
            yield from self._cheap_first(filter(is_new, islice(points, _POINTS)), located)
            return
        with self._one_thread.limit(limits=1):
            process = surrogate(located, self._milestone(located))
            found = promising(process, self._lattice, rng)
        for codes in found:
            yield self._lattice.values_of(codes.tolist())

    def _cheap_first(self, points: Iterator[dict[str, Value]], located: Located) -> Iterator[dict[str, Value]]:
        """Yield candidates, the next few in the order of their work where the trials tell it."""
        few = list(islice(points, _NEXT))
        with self._one_thread.limit(limits=1):
            work = learn_work(self._lattice, located.tried, located.works)
        if work and few:
            places = np.array([self._lattice.locate(values) for values in few], float)
            few = [few[place] for place in np.argsort(work.log(self._lattice.nearest(places)), kind="stable")]
        yield from few
        yield from points

    @cached_property
    def _one_thread(self) -> ThreadpoolController:
        """Holds linear algebra to one thread: sums do not depend on the cores, and small matrices do not wait."""
        import scipy.linalg  # noqa: F401 - loaded first, so that its library is held too

        return ThreadpoolController().select(user_api="blas")

    def _milestone(self, located: Located) -> Milestone:
        numbers = located.numbers[: last_milestone(len(located.numbers))]
        if self._reached is None or self._reached.numbers != numbers:
            self._reached = milestone(self._lattice, located, np.random.default_rng([self._seed, *numbers[-1:]]))
        return self._reached
