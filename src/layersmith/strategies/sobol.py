"""Sobol search: candidates that cover the space more evenly than independent draws (Sobol, 1967).

Each entry is a dimension of a Sobol sequence, in the order of registration; a candidate takes the values at that share
of each scale, and leaves out the dimensions of its inactive entries. The sequence is scrambled dimension by dimension
by Owen's nested uniform scrambling, as a hash of position and seed (Burley, 2020, JCGT 9(4)), so that a point depends
on nothing but the seed and its place, and entries declared late leave the other dimensions as they were.
"""

from collections.abc import Iterator
from itertools import count, islice

import numpy as np
from numpy.typing import NDArray

from layersmith.records import Value
from layersmith.space import HyperParameters
from layersmith.space.conditions import resolve
from layersmith.strategies.ask_tell import AskTell
from layersmith.strategies.ledger import IsNew, first_new

__all__ = ["SobolStrategy", "sobol_candidates", "sobol_point"]

_POINTS = 100  # points looked at before the candidates left over are listed


class SobolStrategy(AskTell):
    """Takes candidates from a scrambled Sobol sequence, none twice.

    A candidate depends on the seed, its number and the candidates before it, never on results: the size of the batches
    makes no difference.

    Args:
        space: The space.
        seed: Seed of the scrambling, 0 or above.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Int("layers", 1, 4)
        >>> sorted(candidate.values["layers"] for candidate in SobolStrategy(hp, seed=0).ask(4))
        [1, 2, 3, 4]
    """

    def __init__(self, space: HyperParameters, seed: int) -> None:
        super().__init__(space, "sobol")
        self._seed = seed

    def _propose(self, number: int, is_new: IsNew) -> dict[str, Value] | None:
        points = islice(sobol_candidates(self._space, self._seed, first=number), _POINTS)
        return first_new(points, self._space, np.random.default_rng([self._seed, number]), is_new)


def sobol_candidates(space: HyperParameters, seed: int, *, first: int) -> Iterator[dict[str, Value]]:
    """Yield the candidates at the points of the sequence, duplicates included.

    Args:
        space: The space.
        seed: Seed of the scrambling, 0 or above.
        first: Place of the first point, from 0.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Boolean("bias")
        >>> candidates = sobol_candidates(hp, 0, first=0)
        >>> next(candidates) != next(candidates)
        True
    """
    dimension = {entry: place for place, entry in enumerate(space.space)}
    for place in count(first):
        point = sobol_point(place, len(dimension), seed)
        yield resolve(dimension, lambda entry: entry.from_unit(float(point[dimension[entry]])))  # noqa: B023


def sobol_point(place: int, num_dimensions: int, seed: int) -> NDArray[np.float64]:
    """Return a point of the scrambled sequence, `(num_dimensions,)` numbers from 0 to 1, 1 excluded.

    Args:
        place: Its place, from 0.
        num_dimensions: Dimensions; the first ones do not depend on how many follow.
        seed: Seed of the scrambling, 0 or above.

    Example:
        >>> sorted(int(4 * sobol_point(place, 1, seed=0)[0]) for place in range(4))
        [0, 1, 2, 3]
    """
    from scipy.stats import qmc  # half a second, and needed only here

    if num_dimensions == 0:
        return np.zeros(0)
    engine = qmc.Sobol(num_dimensions, scramble=False)
    if place:
        engine.fast_forward(place)
    # As whole numbers of 2^-32; a warning of SciPy's about balance is due only where several points are drawn.
    bits = (engine.random(1)[0] * 2.0**32).astype(np.uint32)
    seeds = np.random.default_rng(seed).integers(2**32, size=num_dimensions, dtype=np.uint32)
    return np.asarray(_scramble(bits, seeds) / 2.0**32, np.float64)


def _scramble(bits: NDArray[np.uint32], seeds: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Scramble so that each bit is flipped by a hash of the bits above it."""
    turned = _reverse(bits) + seeds
    for factor in (0x6C50B47C, 0xB82F1E52, 0xC7AFE638, 0x8D22F6E6):
        turned ^= turned * np.uint32(factor)
    return _reverse(turned)


def _reverse(bits: NDArray[np.uint32]) -> NDArray[np.uint32]:
    for shift, mask in ((1, 0x55555555), (2, 0x33333333), (4, 0x0F0F0F0F), (8, 0x00FF00FF), (16, 0x0000FFFF)):
        step, kept = np.uint32(shift), np.uint32(mask)
        bits = ((bits >> step) & kept) | ((bits & kept) << step)
    return bits
