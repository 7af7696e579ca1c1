"""Who stands where: the values at one rung of a bracket, and their order."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from layersmith.schedulers.bracket import Bracket
from layersmith.schedulers.protocol import Decision, Reports

__all__ = ["Standing", "decision", "standings"]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One rung as it stands.

    Attributes:
        values: Number to value of every candidate that has reached the rung.
        here: The numbers of those whose last rung it is.
        is_last: Whether it is the last rung of its bracket.
    """

    values: Mapping[int, float]
    here: frozenset[int]
    is_last: bool

    @cached_property
    def ranking(self) -> tuple[int, ...]:
        """Numbers, best first; equal values by number, and without those whose value is no finite number."""
        finite = [number for number, value in self.values.items() if math.isfinite(value)]
        return tuple(sorted(finite, key=lambda number: (self.values[number], number)))

    def decide(self, *, go_on: Iterable[int] = (), stop: Iterable[int] = ()) -> Decision:
        """Return a decision on the candidates that are here; those that failed stop, and all do at the last rung.

        Args:
            go_on: Who goes on unless it is the last rung, in order.
            stop: Who stops.
        """
        if not self.here:
            return Decision()
        failed = self.values.keys() - set(self.ranking)
        ends = set(self.values) if self.is_last else failed.union(stop)
        return Decision(
            go_on=tuple(number for number in go_on if number in self.here and not self.is_last),
            stop=tuple(sorted(self.here & ends)),
        )


def standings(bracket: Bracket, reports: Reports) -> Iterator[Standing]:
    """Yield the standing of each rung, from the first on.

    Example:
        >>> from layersmith.schedulers.bracket import halving_bracket
        >>> bracket = halving_bracket(3, 3, num_halvings=1, factor=3)
        >>> [rung.ranking for rung in standings(bracket, {0: [0.3], 1: [0.1, 0.05], 2: []})]
        [(1, 0), (1,)]
    """
    for index in range(len(bracket)):
        yield Standing(
            values={number: values[index] for number, values in reports.items() if len(values) > index},
            here=frozenset(number for number, values in reports.items() if len(values) == index + 1),
            is_last=index + 1 == len(bracket),
        )


def decision(by_rung: Iterable[Decision]) -> Decision:
    """Join the decisions of the rungs, from the first on, to that of the bracket."""
    downwards = tuple(by_rung)[::-1]
    return Decision(
        go_on=tuple(chain.from_iterable(each.go_on for each in downwards)),
        stop=tuple(chain.from_iterable(each.stop for each in downwards)),
    )
