"""Which cells of a factorial are run: all of them, or a balanced part.

A fraction is D-optimal: of all choices of so many cells it has, as far as an exchange finds, the largest determinant of
the information matrix (Fedorov, "Theory of Optimal Experiments", 1972; Atkinson and Donev, 1992). That balances levels
and pairs of levels together, as far as the number of cells allows.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from layersmith.errors import SpaceError
from layersmith.records import Value

__all__ = ["Levels", "Terms", "cells_of", "columns_of", "contrasts", "terms_of"]

Levels: TypeAlias = Mapping[str, Sequence[Value]]
Terms: TypeAlias = list[tuple[str, ...]]
_Array: TypeAlias = NDArray[np.float64]
_STARTS = 10


def cells_of(levels: Levels, fraction: float = 1.0, *, seed: int = 0) -> list[dict[str, Value]]:
    """Return the cells to run.

    Args:
        levels: The values of each factor.
        fraction: Share of all cells, rounded up; never fewer than the main effects need.
        seed: Seed of the exchange's starts.

    Raises:
        SpaceError: If a factor has no two different values, or the fraction is no share.

    Example:
        >>> len(cells_of({"units": [8, 16], "activation": ["relu", "tanh"], "dropout": [0.0, 0.5]}, 0.5))
        4
    """
    _require_levels(levels)
    if isinstance(fraction, bool) or not 0 < fraction <= 1:
        raise SpaceError(f"a fraction of {fraction!r}", expected="above 0 and at most 1", fix="use fraction=0.5")
    cells = [dict(zip(levels, values, strict=True)) for values in itertools.product(*levels.values())]
    mains: Terms = [(name,) for name in levels]
    wanted = max(math.ceil(fraction * len(cells)), 1 + sum(len(values) - 1 for values in levels.values()))
    if wanted >= len(cells):
        return cells
    columns = columns_of(levels, cells, terms_of(levels, wanted) or mains)
    return [cells[place] for place in sorted(_exchanged(columns, wanted, seed))]


def terms_of(levels: Levels, num_cells: int) -> Terms:
    """Return the effects that so many cells can tell apart: main effects, and all two-way interactions if they can.

    Example:
        >>> terms_of({"units": [8, 16], "activation": ["relu", "tanh"]}, 4)
        [('units',), ('activation',), ('units', 'activation')]
    """
    mains: Terms = [(name,) for name in levels]
    pairs: Terms = list(itertools.combinations(levels, 2))
    parameters = 1 + sum(math.prod(len(levels[name]) - 1 for name in term) for term in mains + pairs)
    return mains + pairs if parameters <= num_cells else mains


def columns_of(levels: Levels, cells: Sequence[Mapping[str, Value]], terms: Terms) -> _Array:
    """Return the model matrix `(cells, 1 + parameters)`: a mean, then the contrasts of each term."""
    parts = [np.ones((len(cells), 1)), *(contrasts(levels, cells, term) for term in terms)]
    return np.concatenate(parts, axis=1)


def contrasts(levels: Levels, cells: Sequence[Mapping[str, Value]], term: tuple[str, ...]) -> _Array:
    """Return a term's columns `(cells, parameters)`: products of its factors' contrasts, which sum to 0 over levels."""
    found = np.ones((len(cells), 1))
    for name in term:
        values = list(levels[name])
        coded = _orthonormal(len(values))[[values.index(cell[name]) for cell in cells]]
        found = (found[:, :, None] * coded[:, None, :]).reshape(len(cells), -1)
    return found


def _orthonormal(num_levels: int) -> _Array:
    """Return contrasts `(levels, levels - 1)` that sum to 0 and are orthogonal, each of mean square 1."""
    q, _ = np.linalg.qr(np.concatenate([np.ones((num_levels, 1)), np.eye(num_levels)[:, 1:]], axis=1))
    return q[:, 1:] * math.sqrt(num_levels)


def _exchanged(columns: _Array, wanted: int, seed: int) -> list[int]:
    """Return the rows of the best D-optimal choice among several starts."""
    rng = np.random.default_rng(seed)
    found = [_improved(columns, rng.permutation(len(columns))[:wanted].tolist()) for _ in range(_STARTS)]
    return max(found, key=lambda chosen: _information(columns[chosen]))


def _improved(columns: _Array, chosen: list[int]) -> list[int]:
    """Exchange cells, each time the pair that gains most, until no exchange gains anything."""
    width = columns.shape[1]
    while True:
        information = columns[chosen].T @ columns[chosen] + 1e-9 * np.eye(width)
        spread = columns @ np.linalg.solve(information, columns.T)
        own = np.diag(spread)
        rest = [place for place in range(len(columns)) if place not in set(chosen)]
        gain = (1 + own[rest][None, :]) * (1 - own[chosen][:, None]) + spread[np.ix_(chosen, rest)] ** 2
        out, into = np.unravel_index(int(gain.argmax()), gain.shape)
        if gain[out, into] <= 1 + 1e-6:
            return chosen
        chosen = [*chosen[:out], *chosen[int(out) + 1 :], rest[int(into)]]


def _information(columns: _Array) -> float:
    sign, size = np.linalg.slogdet(columns.T @ columns)
    return float(size) if sign > 0 else -math.inf


def _require_levels(levels: Levels) -> None:
    if not isinstance(levels, Mapping) or not levels:
        raise SpaceError(
            f"over is {levels!r}", expected="hyperparameters with values", fix='use over={"units": [32, 64]}'
        )
    for name, values in levels.items():
        if isinstance(values, str) or not isinstance(values, Sequence) or len(set(map(repr, values))) < 2:
            raise SpaceError(
                f"over has {values!r} for {name!r}",
                expected="a list of two different values or more",
                fix=f"give {name!r} another value, or leave it out",
            )
        if len(set(map(repr, values))) < len(values):
            raise SpaceError(f"over repeats a value of {name!r}", expected="each value once", fix="drop the copy")
