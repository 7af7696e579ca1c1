"""The process fitted to a history: hyperparameters now and then, new results at once.

Hyperparameters are fitted to the first trials up to a milestone, the next of which lies a tenth further on. Both depend
on nothing but the history, so that a resumed search finds the same ones.

Beyond some hundred trials the process sees the best, the latest and some random ones of those before the milestone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layersmith.strategies.gp.fit import fit
from layersmith.strategies.gp.history import Located
from layersmith.strategies.gp.kernel import Kernel
from layersmith.strategies.gp.posterior import Posterior, condition, expected_improvement
from layersmith.strategies.gp.targets import normal_scores
from layersmith.strategies.gp.work import Work, learn_work
from layersmith.strategies.lattice import Codes, Lattice
from layersmith.strategies.losses import FAILED

__all__ = ["Milestone", "Surrogate", "last_milestone", "milestone", "surrogate"]

Array = NDArray[np.float64]

_GROWTH, _MOST_NEW = 1.1, 25  # trials from milestone to milestone: a tenth, but not above
_FITTED = 100  # trials to fit to
_SEEN = 160  # trials to condition on, and those after the milestone


@dataclass(frozen=True, kw_only=True, eq=False)
class Milestone:
    """What stays the same until the next milestone.

    Attributes:
        numbers: The trials before it.
        kernel: The fitted kernel.
        noise: Variance of the noise over that of the signal.
        scale: Variance of the signal.
        rows: The trials that are seen, places in `numbers`.
        correlation: Among those, `(rows, rows)`.
        table: From the levels to those, see `Kernel.table`.
        work: What candidates take; None where that tells them not apart.
    """

    numbers: tuple[int, ...]
    kernel: Kernel
    noise: float
    scale: float
    rows: NDArray[np.intp]
    correlation: Array
    table: Array
    work: Work | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Surrogate:
    """The process as it is now.

    Attributes:
        kernel: Its kernel.
        posterior: Its beliefs.
        table: From the levels to the candidates seen, see `Kernel.table`.
        seen: Where the tried candidates seen lie, `(seen, dimensions)`.
        expected: Expected targets of these, infinite for failed ones, `(seen,)`.
        work: See `Milestone.work`.
    """

    kernel: Kernel
    posterior: Posterior
    table: Array
    seen: Array
    expected: Array
    work: Work | None

    def promise(self, codes: Codes, best: float) -> Array:
        """Return the expected improvement on a target, weighed by what it takes, `(rows,)`.

        Args:
            codes: Rows of levels, `(rows, dimensions)`.
            best: The target to improve on.
        """
        gain = expected_improvement(*self.predict(codes), best)
        return gain if self.work is None else gain * np.exp(-self.work.log(codes))

    def predict(self, codes: Codes) -> tuple[Array, Array]:
        """Return expected targets and their standard deviations, `(rows,)` each."""
        correlation = self.kernel.of_codes(codes, self.table)
        return self.posterior.mean(correlation), self.posterior.deviation(correlation)


def last_milestone(count: int) -> int:
    """Return the last milestone up to a number of trials.

    Example:
        >>> [last_milestone(count) for count in (9, 10, 11, 12, 1000)]
        [9, 10, 11, 12, 984]
    """
    reached = last = 1
    while reached <= count:
        last, reached = reached, reached + min(max(1, int(reached * (_GROWTH - 1))), _MOST_NEW)
    return last


def milestone(lattice: Lattice, located: Located, rng: np.random.Generator) -> Milestone:
    """Fit the process to the trials before the last milestone.

    Args:
        lattice: The levels.
        located: The history.
        rng: Chooses among the trials where there are many.
    """
    count = last_milestone(len(located.numbers))
    tried = located.tried[:count]
    targets = normal_scores(located.standings[:count])
    few = _subset(targets, _FITTED, rng)
    plain = Kernel(lattice, np.ones(len(lattice.entries)))
    found = fit(plain.apart(tried[few], tried[few]), targets[few])
    kernel = Kernel(lattice, found.weights)
    rows = _subset(targets, _SEEN, rng)
    return Milestone(
        numbers=located.numbers[:count],
        kernel=kernel,
        noise=found.noise,
        scale=found.scale,
        rows=rows,
        correlation=kernel.between(tried[rows], tried[rows]),
        table=kernel.table(tried[rows]),
        work=learn_work(lattice, tried, located.works[:count]),
    )


def _subset(targets: Array, size: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the best, the latest and random ones, in order."""
    count = len(targets)
    if count <= size:
        return np.arange(count)
    best = np.argsort(targets, kind="stable")[: size * 2 // 5]
    latest = np.arange(count - size * 2 // 5, count)
    left = np.setdiff1d(np.arange(count), np.concatenate([best, latest]))
    chosen = rng.choice(left, size - len(np.union1d(best, latest)), replace=False)
    return np.sort(np.concatenate([np.union1d(best, latest), chosen]))


def surrogate(located: Located, reached: Milestone) -> Surrogate:
    """Return the process with all that came after the milestone.

    Args:
        located: The history.
        reached: Its last milestone.
    """
    count, kernel = len(reached.numbers), reached.kernel
    rows = np.concatenate([reached.rows, np.arange(count, len(located.tried))])
    late = np.concatenate([located.tried[count:], located.pending])
    across = kernel.between(late, located.tried[reached.rows])
    correlation = np.block([[reached.correlation, across.T], [across, kernel.between(late, late)]])
    posterior = condition(correlation, normal_scores(located.standings)[rows], noise=reached.noise, scale=reached.scale)
    expected = posterior.mean(correlation[: len(rows)])
    return Surrogate(
        kernel=kernel,
        posterior=posterior,
        table=np.hstack([reached.table, kernel.table(late)]),
        seen=located.tried[rows],
        work=reached.work,
        expected=np.where(located.standings[rows, 0] < FAILED, expected, np.inf),
    )
