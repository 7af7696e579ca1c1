"""Grid search: every candidate of the space, each once, none left out.

    Choice, Boolean, Int, Float with a step                    every value
    Float without a step, Int on a log scale without a step    ten values, evenly spread over its scale, ends included

An entry's default comes first and its other values follow in order, as in KerasTuner: the grid begins with what a build
function gives untuned. Conditions are followed, so that values of an inactive entry do not multiply the grid. Where a
build function declares an entry late, the grid grows and what was tried counts with the default of the new entry.
"""

from collections.abc import Iterator, Sequence

from layersmith.records import Value
from layersmith.space import Choice, Entry, Fixed, Float, HyperParameters, Int, enumerate_space
from layersmith.space.entries import same_value
from layersmith.strategies.ask_tell import AskTell
from layersmith.strategies.ledger import IsNew

__all__ = ["GridStrategy"]

_VALUES = 10  # of an entry without end


class GridStrategy(AskTell):
    """Lists the space in order, the last entry changing fastest.

    Results and seeds play no part, nor does the size of the batches; the grid is exhausted when `ask` returns fewer
    candidates than it was asked for.

    Args:
        space: The space.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Boolean("deep"), hp.Int("layers", 2, 3, parent_name="deep", parent_values=True)
        >>> [dict(candidate.values) for candidate in GridStrategy(hp).ask(10)]
        [{'deep': False}, {'deep': True, 'layers': 2}, {'deep': True, 'layers': 3}]
    """

    def __init__(self, space: HyperParameters) -> None:
        super().__init__(space, "grid")
        self._listed: list[Entry] = []
        self._left: Iterator[dict[str, Value]] = iter(())

    def _propose(self, number: int, is_new: IsNew) -> dict[str, Value] | None:
        del number  # the order of the grid decides
        entries = self._space.space
        if not self._listed or self._listed != entries:
            self._listed, self._left = entries, _grid(entries)
        return next(filter(is_new, self._left), None)


def _grid(entries: Sequence[Entry]) -> Iterator[dict[str, Value]]:
    finite = HyperParameters()
    finite.merge(map(_default_first, entries))
    return enumerate_space(finite)


def _default_first(entry: Entry) -> Entry:
    if isinstance(entry, Fixed):
        return entry
    stepless = isinstance(entry, Float | Int) and entry.step is None
    found = entry.grid(_VALUES if stepless or entry.size is None else entry.size)
    others = (value for value in found if not same_value(value, entry.default))
    return Choice(name=entry.name, values=(entry.default, *others), default=entry.default, conditions=entry.conditions)
