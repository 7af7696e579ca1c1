"""Which of several losses dominate: fronts and crowding, the two sorts of NSGA-II (Deb et al., 2002)."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_of", "crowding", "fronts"]

Array = NDArray[np.float64]
Places = NDArray[np.intp]


def fronts(losses: Array, least: int) -> list[Places]:
    """Return the places of the rows that no other dominates, then those that only these dominate, and so on.

    One row dominates another where it is nowhere worse and somewhere better.

    Args:
        losses: Less is better, `(rows, objectives)`.
        least: Fronts are listed until they hold this many rows, or all.

    Example:
        >>> [front.tolist() for front in fronts(np.array([[0.0, 2.0], [2.0, 0.0], [2.0, 2.0]]), least=3)]
        [[0, 1], [2]]
    """
    no_worse: NDArray[np.bool_] = np.all(losses[:, None] <= losses[None], axis=2)
    dominates = no_worse & ~no_worse.T
    above = dominates.sum(axis=0)  # rows that dominate each
    found: list[Places] = []
    while sum(map(len, found)) < min(least, len(losses)):
        front = np.flatnonzero(above == 0)
        above[front] = -1
        above -= dominates[front].sum(axis=0)
        found.append(front)
    return found


def crowding(losses: Array) -> Array:
    """Return how far the neighbours of each row of a front are, infinite at its ends, `(rows,)`.

    Args:
        losses: Of one front, `(rows, objectives)`.

    Example:
        >>> crowding(np.array([[0.0, 4.0], [1.0, 2.0], [4.0, 0.0]])).tolist()
        [inf, 2.0, inf]
    """
    distance = np.zeros(len(losses))
    for column in losses.T:
        order = np.argsort(column, kind="stable")
        low, high = column[order[0]], column[order[-1]]
        distance[order[[0, -1]]] = np.inf
        if high > low:
            distance[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / (high - low)
    return distance


def best_of(losses: Array, number: int) -> Places:
    """Return the places of the best rows: best front first, the least crowded first in each, `(number,)` or fewer.

    Args:
        losses: Less is better, `(rows, objectives)`.
        number: Rows wanted.

    Example:
        >>> best_of(np.array([[2.0, 2.0], [0.0, 1.0], [1.0, 0.0]]), 2).tolist()
        [1, 2]
    """
    found = [front[np.argsort(-crowding(losses[front]), kind="stable")] for front in fronts(losses, number)]
    return np.concatenate([np.zeros(0, np.intp), *found])[:number]
