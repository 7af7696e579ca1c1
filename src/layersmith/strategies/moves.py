"""Candidates near others: one level of a row changed."""

import numpy as np

from layersmith.strategies.lattice import Codes, Lattice, is_unordered

__all__ = ["mutate"]

_FAR = 0.25  # share of the moves of ordered entries that go anywhere
_REACH = 0.12  # of the scale, one standard deviation of a short move


def mutate(lattice: Lattice, codes: Codes, rng: np.random.Generator) -> Codes:
    """Return a copy with one active level of each row changed.

    Ordered entries mostly move to a value nearby. What becomes active takes a random level.

    Args:
        lattice: The levels.
        codes: Levels, -1 where inactive, `(rows, dimensions)`.
        rng: Where the moves come from.
    """
    if not lattice.entries:
        return codes.copy()
    rows = np.arange(len(codes))
    latent = lattice.fill(codes, rng)
    movable = (codes >= 0) & (lattice.num_levels > 1)
    chosen = np.where(movable, rng.random(codes.shape), -1.0).argmax(axis=1)
    size, old = lattice.num_levels[chosen], latent[rows, chosen]
    step = np.maximum(1, np.abs(rng.normal(0.0, _REACH * size)).astype(np.intp)) * rng.choice((-1, 1), len(codes))
    anywhere = (old + 1 + (rng.random(len(codes)) * (size - 1)).astype(np.intp)) % size
    unordered = np.array([is_unordered(entry) for entry in lattice.entries])
    far = unordered[chosen] | (rng.random(len(codes)) < _FAR) | (old + step < 0) | (old + step >= size)
    latent[rows, chosen] = np.where(far, anywhere, old + step)
    return lattice.activate(latent)
