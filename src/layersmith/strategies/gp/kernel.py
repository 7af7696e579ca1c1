"""The correlation of candidates: `exp(-sum_d weight_d * distance_d)`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layersmith.strategies.gp.distances import distances
from layersmith.strategies.lattice import Codes, Lattice, is_unordered

__all__ = ["Kernel"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Kernel:
    """A kernel over the candidates of a lattice.

    Args:
        lattice: The levels.
        weights: Weight of each dimension, `(dimensions,)`.
    """

    lattice: Lattice
    weights: Array

    @cached_property
    def _unordered(self) -> NDArray[np.bool_]:
        return np.array([is_unordered(entry) for entry in self.lattice.entries], bool)

    @cached_property
    def _rows(self) -> tuple[Array, Codes]:
        """The levels of all dimensions, the last one of each inactive, and the dimension of each, `(levels,)` both."""
        levels = [np.append(positions, np.nan) for positions in self.lattice.positions]
        return np.concatenate([np.zeros(0), *levels]), np.repeat(np.arange(len(levels)), self.lattice.num_levels + 1)

    def apart(self, left: Array, right: Array) -> Array:
        """Return distances `(dimensions, left rows, right rows)` of located candidates."""
        return distances(left.T, right.T, self._unordered)

    def between(self, left: Array, right: Array) -> Array:
        """Return the correlation of located candidates, `(left rows, right rows)`."""
        return np.asarray(np.exp(-np.tensordot(self.weights, self.apart(left, right), 1)), np.float64)

    def table(self, located: Array) -> Array:
        """Return the weighted distance of each level, one row each, to located candidates, `(levels, rows)`.

        The levels of a dimension follow each other; its last row stands for an inactive entry.
        """
        levels, dimension = self._rows
        apart = distances(levels[:, None], located.T[dimension], self._unordered[dimension])
        return self.weights[dimension, None] * apart[:, 0]

    def of_codes(self, codes: Codes, table: Array) -> Array:
        """Return the correlation of rows of levels with the candidates of a table, `(codes, rows)`."""
        sizes = self.lattice.num_levels
        firsts = np.cumsum(sizes + 1) - sizes - 1
        chosen = np.zeros((len(codes), len(table)))
        chosen[np.arange(len(codes))[:, None], np.where(codes < 0, sizes, codes) + firsts] = 1.0
        return np.asarray(np.exp(-(chosen @ table)), np.float64)
