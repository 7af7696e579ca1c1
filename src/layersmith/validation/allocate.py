"""Units dealt into bins of given shares, every class in every bin in proportion.

Equal units (one class, same size) are dealt evenly, all at once. What is left over, and every unit of mixed classes,
goes to the bin whose classes it brings closest to their shares, large units first and single rows class by class: the
greedy rule of scikit-learn's `StratifiedGroupKFold`, with the chi-squared distance, so that bins may differ in size. At
the end single units move where a class would be missing from a bin although it has units enough.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from layersmith.records import Indices
from layersmith.validation.units import Units

__all__ = ["allocate"]

_Floats = NDArray[np.float64]


def allocate(units: Units, shares: Sequence[float], *, keep: int, seed: int) -> Indices:
    """Return the bin of each unit.

    Args:
        units: What is dealt.
        shares: Share of the rows for each bin, summing to 1.
        keep: Units of each class that the last of two bins keeps before the first one gets any; 0 treats all bins
            alike.
        seed: Seed of the shuffling.

    Returns:
        Bins `(units,)`, from 0.

    Example:
        >>> from layersmith.validation.units import gather
        >>> units = gather(np.arange(8), np.array([0, 0, 0, 0, 1, 1, 1, 1]))
        >>> np.bincount(allocate(units, [0.25, 0.75], keep=1, seed=0)).tolist()
        [2, 6]
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(units.num_units)
    weights = np.asarray(shares, np.float64)
    bins = _deal(units.patterns(), weights, order)
    left = order[bins[order] < 0]
    bulk = units.sizes[left] * np.where(units.sizes[left] > 1, rng.uniform(0.6, 1.4, len(left)), 1.0)
    _place(units, weights, bins, left[np.lexsort((units.classes()[left], -bulk))])  # not the same for every seed
    for code in np.argsort(units.class_units, kind="stable"):
        _repair(units, bins, int(code), len(weights), keep)
    return bins


def _deal(patterns: Indices, shares: _Floats, order: Indices) -> Indices:
    """Deal equal units by whole shares; -1 where a unit is left over."""
    by_pattern = order[np.argsort(patterns[order], kind="stable")]
    sizes = np.bincount(patterns)
    starts = np.cumsum(sizes) - sizes
    place = np.arange(len(order)) - np.repeat(starts, sizes)
    ends = np.cumsum(np.floor(sizes[:, None] * shares + 1e-9).astype(np.int64), axis=1)  # (patterns, bins)
    dealt = (place[:, None] >= np.repeat(ends, sizes, axis=0)).sum(axis=1)
    bins = np.empty(len(order), np.int64)
    bins[by_pattern] = np.where(dealt < len(shares), dealt, -1)
    return bins


def _place(units: Units, shares: _Floats, bins: Indices, left: Indices) -> None:
    """Put the units `left` over, in their order, where they bring classes and sizes closest to their shares."""
    wanted = shares[:, None] * units.class_rows  # (bins, classes)
    wanted_total = shares * units.sizes.sum()
    filled = np.stack([(bins == each) @ units.counts for each in range(len(shares))]).astype(np.float64)
    total = filled.sum(axis=1)
    for unit in left:
        classes, rows = units.content(unit)
        size = units.sizes[unit]
        short = rows * (2 * (filled[:, classes] - wanted[:, classes]) + rows) / wanted[:, classes]
        distance = short.sum(axis=1) + size * (2 * (total - wanted_total) + size) / wanted_total
        chosen = int(np.argmin(distance))
        bins[unit] = chosen
        filled[chosen, classes] += rows
        total[chosen] += size


def _repair(units: Units, bins: Indices, code: int, num_bins: int, keep: int) -> None:
    """Move units that hold class `code` into bins which should have some and have too few."""
    members = units.holders(code)
    held = np.bincount(bins[members], minlength=num_bins)
    wanted = _wanted(held, keep)
    while (held < wanted).any():
        poor, rich = int(np.argmin(held - wanted)), int(np.argmax(held - wanted))
        movable = [int(unit) for unit in members[bins[members] == rich] if _is_free(units, bins, int(unit), code)]
        if not movable:
            return
        bins[min(movable, key=lambda unit: units.sizes[unit])] = poor
        held[rich], held[poor] = held[rich] - 1, held[poor] + 1


def _wanted(held: Indices, keep: int) -> Indices:
    """Return how many units of a class each bin should hold at least."""
    num_units = int(held.sum())
    if keep:
        return np.array([int(num_units > keep), min(keep, num_units)])
    wanted = np.zeros(len(held), np.int64)
    wanted[np.argsort(-held, kind="stable")[:num_units]] = 1
    return wanted


def _is_free(units: Units, bins: Indices, unit: int, code: int) -> bool:
    """Whether `unit` may leave its bin without taking the last rows of another class with it."""
    others = (units.holders(int(other)) for other in units.content(unit)[0] if other != code)
    return all(np.count_nonzero(bins[mates] == bins[unit]) > 1 for mates in others)
