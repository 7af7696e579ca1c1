"""Which box stands where: rows by the longest way from an input, and within a row near what a box is joined to.

The method is Sugiyama's ("Methods for visual understanding of hierarchical system structures", 1981): a line over
several rows takes a narrow place of its own in each, rows are ordered by the mean place of their neighbours, and each
row is moved as a whole to stand below what it reads.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Layout", "lay_out"]

_SWEEPS = 6
_NARROW = 0.12  # width of a line's place, in boxes
_GAP = 0.1  # between places, in boxes


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where boxes stand; places across are in widths of a box, rows count from 0.

    Attributes:
        rows: Row of each box.
        across: Middle of each box.
        lines: For each line its points `(across, row)`, from the box read to the box that reads.
        sources: The box that each line comes from.
        width: Width of everything, in boxes.
    """

    rows: tuple[int, ...]
    across: tuple[float, ...]
    lines: tuple[tuple[tuple[float, int], ...], ...]
    sources: tuple[int, ...]
    width: float


def lay_out(inputs: Sequence[Sequence[int]]) -> Layout:
    """Return where the boxes stand.

    Args:
        inputs: For each box the boxes it reads, which come before it.

    Example:
        >>> layout = lay_out([[], [0], [0], [1, 2]])
        >>> layout.rows, layout.across
        ((0, 1, 1, 2), (1.05, 0.5, 1.6, 1.05))
    """
    rows = _rows(inputs)
    chains, spots = _chains(inputs, rows)
    levels = _levels(spots, max(rows, default=0) + 1)
    joined = [pair for chain in chains for pair in itertools.pairwise(chain)]
    _order(levels, joined)
    widths = [1.0] * len(inputs) + [_NARROW] * (len(spots) - len(inputs))
    across, width = _across(levels, widths, joined)
    return Layout(
        rows=tuple(rows),
        across=tuple(across[box] for box in range(len(inputs))),
        lines=tuple(tuple((across[spot], spots[spot]) for spot in chain) for chain in chains),
        sources=tuple(chain[0] for chain in chains),
        width=width,
    )


def _rows(inputs: Sequence[Sequence[int]]) -> list[int]:
    """Return the row of each box; one that reads nothing stands just above the first that reads it."""
    rows: list[int] = []
    for read in inputs:
        rows.append(max((rows[box] + 1 for box in read), default=0))
    for box, read in enumerate(inputs):
        readers = [rows[other] for other, others in enumerate(inputs) if box in others]
        if not read and readers:
            rows[box] = min(readers) - 1
    return rows


def _chains(inputs: Sequence[Sequence[int]], rows: list[int]) -> tuple[list[list[int]], list[int]]:
    """Return the spots of each line, and the row of each spot: the boxes first, then the places of long lines."""
    spots, chains = list(rows), []
    for box, read in enumerate(inputs):
        for source in read:
            between = range(rows[source] + 1, rows[box])
            chains.append([source, *range(len(spots), len(spots) + len(between)), box])
            spots += between
    return chains, spots


def _levels(spots: Sequence[int], num_rows: int) -> list[list[int]]:
    levels: list[list[int]] = [[] for _ in range(num_rows)]
    for spot, row in enumerate(spots):
        levels[row].append(spot)
    return levels


def _order(levels: list[list[int]], joined: Sequence[tuple[int, int]]) -> None:
    """Order each row by the mean place of its neighbours in the row before, downwards and upwards in turn."""
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for upper, lower in joined:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    for sweep in range(_SWEEPS):
        neighbours, walk = (above, levels[1:]) if sweep % 2 == 0 else (below, levels[-2::-1])
        places = {spot: place / max(len(level) - 1, 1) for level in levels for place, spot in enumerate(level)}
        for level in walk:
            means = {spot: _mean([places[other] for other in neighbours.get(spot, [spot])]) for spot in level}
            level.sort(key=lambda spot: means[spot])
            places |= {spot: place / max(len(level) - 1, 1) for place, spot in enumerate(level)}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _across(
    levels: Sequence[Sequence[int]], widths: Sequence[float], joined: Sequence[tuple[int, int]]
) -> tuple[dict[int, float], float]:
    """Return the middle of each spot, and the width of everything."""
    found: dict[int, float] = {}
    for level in levels:
        edge = 0.0
        for spot in level:
            found[spot] = edge + widths[spot] / 2
            edge += widths[spot] + _GAP
        moves = [found[upper] - found[lower] for upper, lower in joined if lower in level]
        move = _mean(moves) if moves else -edge / 2
        found |= {spot: found[spot] + move for spot in level}
    left = min((found[spot] - widths[spot] / 2 for spot in found), default=0.0)
    right = max((found[spot] + widths[spot] / 2 for spot in found), default=0.0)
    return {spot: round(middle - left, 4) for spot, middle in found.items()}, right - left
