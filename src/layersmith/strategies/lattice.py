"""A space as a table of levels, so that thousands of candidates are drawn, changed and compared at once.

Each entry is a dimension with a few levels: its values, or evenly spread ones where it has many or no end of them. A
candidate is a row of whole numbers, one level per dimension, -1 where the entry is inactive.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layersmith.records import Value
from layersmith.space import Boolean, Choice, Entry, Int
from layersmith.space.conditions import resolve

__all__ = ["Codes", "Lattice", "is_by_share", "is_unordered"]

Codes = NDArray[np.intp]

_LEVELS = 33  # of an entry with more values than _FEW
_FEW = 64


def is_unordered(entry: Entry) -> bool:
    """Return whether no two values of an entry are nearer to each other than others are."""
    return isinstance(entry, Boolean) or (isinstance(entry, Choice) and not entry.ordered)


def is_by_share(entry: Entry) -> bool:
    """Return whether an entry is a line without steps, where the share of the scale tells more than the place."""
    return entry.size is None or (isinstance(entry, Int) and entry.step is None)


@dataclass(frozen=True, eq=False)
class Lattice:
    """The levels of some entries, and which are active under which others.

    Args:
        entries: Entries in registration order.

    Example:
        >>> from layersmith.space import HyperParameters
        >>> hp = HyperParameters()
        >>> _ = hp.Boolean("deep"), hp.Int("layers", 2, 5, parent_name="deep", parent_values=True)
        >>> lattice = Lattice(hp.space)
        >>> lattice.num_levels.tolist()
        [2, 4]
        >>> lattice.activate(np.array([[0, 3], [1, 3]])).tolist()
        [[0, -1], [1, 3]]
        >>> lattice.values_of([1, 3])
        {'deep': True, 'layers': 5}
    """

    entries: Sequence[Entry]

    @cached_property
    def levels(self) -> list[list[Value]]:
        """The values at the levels of each dimension."""
        parents = {condition.name for entry in self.entries for condition in entry.conditions}
        return [_levels(entry, whole=entry.name in parents) for entry in self.entries]

    @cached_property
    def num_levels(self) -> Codes:
        """Levels of each dimension, `(dimensions,)`."""
        return np.array([len(values) for values in self.levels], np.intp)

    @cached_property
    def positions(self) -> list[NDArray[np.float64]]:
        """Where the levels of each dimension lie, from 0 to 1; their number where they are unordered."""
        return [
            np.array([position(entry, value) for value in values])
            for entry, values in zip(self.entries, self.levels, strict=True)
        ]

    def draw(self, num_rows: int, rng: np.random.Generator) -> Codes:
        """Return random levels for all dimensions, inactive ones too, `(num_rows, dimensions)`."""
        shares = rng.random((num_rows, len(self.entries)))
        return np.asarray(shares * self.num_levels, np.intp)

    def fill(self, codes: Codes, rng: np.random.Generator) -> Codes:
        """Return a copy with random levels where the entry is inactive, `(rows, dimensions)`."""
        return np.where(codes < 0, self.draw(len(codes), rng), codes)

    def activate(self, codes: Codes) -> Codes:
        """Return a copy with -1 where the entry is inactive, `(rows, dimensions)`.

        Args:
            codes: Levels of all dimensions, 0 or above, `(rows, dimensions)`.
        """
        active = codes.copy()
        for dimension, (conditions, namesakes) in enumerate(self._rules):
            holds = np.ones(len(codes), bool)
            for parents in conditions:
                holds &= np.logical_or.reduce([allowed[active[:, parent]] for parent, allowed in parents])
            for other in namesakes:
                holds &= active[:, other] < 0
            active[~holds, dimension] = -1
        return active

    @cached_property
    def _rules(self) -> list[tuple[list[list[tuple[int, NDArray[np.bool_]]]], list[int]]]:
        """For each dimension: per condition the parents with their allowing levels; and the namesakes before it."""
        rules = []
        for place, entry in enumerate(self.entries):
            before = list(enumerate(self.entries[:place]))
            conditions = [
                [
                    (parent, np.array([value in condition.values for value in self.levels[parent]] + [False]))
                    for parent, other in before
                    if other.name == condition.name
                ]
                for condition in entry.conditions
            ]
            rules.append((conditions, [other for other, earlier in before if earlier.name == entry.name]))
        return rules

    def values_of(self, codes: Iterable[int]) -> dict[str, Value]:
        """Return the values of one row, active entries only."""
        return {
            entry.name: values[level]
            for entry, values, level in zip(self.entries, self.levels, codes, strict=True)
            if level >= 0
        }

    def locate(self, values: Mapping[str, Value]) -> NDArray[np.float64] | None:
        """Return where a candidate lies, `(dimensions,)`, NaN where inactive; None if it is not of the space.

        An entry that the candidate lacks counts with its default.
        """
        found = np.full(len(self.entries), np.nan)
        place = {entry: dimension for dimension, entry in enumerate(self.entries)}

        def take(entry: Entry) -> Value:
            value = values.get(entry.name, entry.default)
            found[place[entry]] = position(entry, value) if entry.contains(value) else np.inf
            return value

        resolve(self.entries, take)
        return None if np.isinf(found).any() else found

    def nearest(self, located: NDArray[np.float64]) -> Codes:
        """Return the levels nearest to located candidates, `(rows, dimensions)`, -1 where inactive."""
        codes = np.full(located.shape, -1, np.intp)
        for dimension, positions in enumerate(self.positions):
            active = ~np.isnan(located[:, dimension])
            codes[active, dimension] = np.abs(located[active, dimension, None] - positions).argmin(axis=1)
        return codes


def position(entry: Entry, value: Value) -> float:
    """Return where a value lies from 0 to 1, or its number where values are unordered.

    Example:
        >>> position(Choice(name="units", values=(8, 16, 64)), 16)
        0.5
    """
    if is_unordered(entry):
        return float(entry.index_of(value))
    if is_by_share(entry):
        return entry.to_unit(value)
    return entry.index_of(value) / max((entry.size or 1) - 1, 1)


def _levels(entry: Entry, *, whole: bool) -> list[Value]:
    if entry.size is not None and (entry.size <= _FEW or whole or is_unordered(entry)):
        return [entry.value_at(index) for index in range(entry.size)]
    shares = np.linspace(0.0, 1.0, _LEVELS).tolist()
    return list(dict.fromkeys(entry.from_unit(share) for share in shares))
