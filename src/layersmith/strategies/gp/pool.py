"""Which untried candidates promise most: random ones, neighbours of the best, then neighbours of the most promising.

Local moves from good candidates find what a Gaussian process promises in discrete spaces better than random draws do
(arXiv:2107.07343, arXiv:2005.02960).
"""

import numpy as np

from layersmith.strategies.gp.surrogate import Surrogate
from layersmith.strategies.lattice import Codes, Lattice
from layersmith.strategies.moves import mutate

__all__ = ["promising"]

_RANDOM = 100
_BASES = 6  # candidates whose neighbours are looked at
_NEIGHBOURS = 30  # of each, and a third as many at two moves
_CLIMBS = 1


def promising(surrogate: Surrogate, lattice: Lattice, rng: np.random.Generator) -> Codes:
    """Return candidates by falling expected improvement, `(candidates, dimensions)`.

    Args:
        surrogate: The process.
        lattice: The levels.
        rng: Where draws and moves come from.
    """
    order = np.argsort(surrogate.expected, kind="stable")[:_BASES]
    best, bases = float(surrogate.expected[order[0]]), lattice.nearest(surrogate.seen[order])
    pool = np.concatenate([lattice.activate(lattice.draw(_RANDOM, rng)), _around(lattice, bases, rng)])
    looked, gains = [pool], [surrogate.promise(pool, best)]
    for _ in range(_CLIMBS):
        bases = looked[-1][np.argsort(-gains[-1], kind="stable")[:_BASES]]
        looked.append(_around(lattice, bases, rng))
        gains.append(surrogate.promise(looked[-1], best))
    return np.concatenate(looked)[np.argsort(-np.concatenate(gains), kind="stable")]


def _around(lattice: Lattice, bases: Codes, rng: np.random.Generator) -> Codes:
    near = mutate(lattice, np.repeat(bases, _NEIGHBOURS, axis=0), rng)
    return np.concatenate([near, mutate(lattice, near[::3], rng)])
