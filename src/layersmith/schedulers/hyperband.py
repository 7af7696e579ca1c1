"""Hyperband (Li et al. 2018, arXiv 1603.06560): brackets from many candidates trained briefly to few trained long.

Bracket `s`, from the largest `s` with `factor^s <= max_epochs` down to 0, starts candidates at `max_epochs / factor^s`
epochs. How many it starts is rounded in two ways:

    paper         floor((s_max + 1) / (s + 1)) * factor^s            divided by factor at each rung, rounded down
    KerasTuner    ceil(ceil(1 + log(max_epochs)) / (s + 1) * factor^s)    each rung by this formula, rounded up

The first is table 1 of the paper (81, 27, 9, 6, 5 for 81 epochs and factor 3). Its algorithm 1 rounds up instead (81,
34, 15, 8, 5), which spends more than the budget each bracket is to have.
"""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import TypeAlias

from layersmith.schedulers.bracket import Bracket, Rung, count_halvings, halving_bracket, require_count, require_plan
from layersmith.schedulers.protocol import Decision, Reports
from layersmith.schedulers.successive_halving import halve

__all__ = ["Brackets", "Hyperband", "hyperband_brackets", "keras_tuner_brackets"]

Brackets: TypeAlias = Callable[[int, int], tuple[Bracket, ...]]
"""From `max_epochs` and `factor` to the brackets of one round, the largest first and the one without halving last."""


def hyperband_brackets(max_epochs: int, factor: int) -> tuple[Bracket, ...]:
    """Return the brackets of one round as in the paper's table 1.

    Args:
        max_epochs: `R` of the paper, the epochs of a whole training.
        factor: Its `eta`.

    Example:
        >>> for bracket in hyperband_brackets(9, 3):
        ...     print([(rung.size, rung.epochs) for rung in bracket])
        [(9, 1), (3, 3), (1, 9)]
        [(3, 3), (1, 9)]
        [(3, 9)]
    """
    most = count_halvings(max_epochs, factor=factor)
    return tuple(
        halving_bracket((most + 1) // (s + 1) * factor**s, max_epochs, num_halvings=s, factor=factor)
        for s in range(most, -1, -1)
    )


def keras_tuner_brackets(max_epochs: int, factor: int) -> tuple[Bracket, ...]:
    """Return the brackets of one round as KerasTuner lays them out (keras_tuner/src/tuners/hyperband.py).

    Args:
        max_epochs: Epochs of a whole training.
        factor: What candidates are divided and epochs multiplied by.

    Example:
        >>> for bracket in keras_tuner_brackets(9, 3):
        ...     print([(rung.size, rung.epochs) for rung in bracket])
        [(9, 1), (3, 3), (1, 9)]
        [(5, 3), (2, 9)]
        [(3, 9)]
    """
    most = count_halvings(max_epochs, factor=factor)
    last = 1 + most + (factor**most < max_epochs)  # candidates that end the bracket without halving
    return tuple(
        tuple(
            Rung(epochs=-(-max_epochs // factor ** (s - i)), size=-(-last * factor ** (s - i) // (s + 1)))
            for i in range(s + 1)
        )
        for s in range(most, -1, -1)
    )


class Hyperband:
    """Successive halving with every trade between the number of candidates and the epochs of the first rung.

    Args:
        factor: What candidates are divided and epochs multiplied by.
        brackets: How a round is laid out: `hyperband_brackets` or `keras_tuner_brackets`.

    Raises:
        BudgetError: If `factor` is below 2.

    Example:
        >>> plan = Hyperband().plan(max_epochs=81, num_candidates=40)
        >>> [[rung.size for rung in bracket] for bracket in plan]
        [[27, 9, 3, 1], [9, 3, 1], [4]]
    """

    def __init__(self, *, factor: int = 3, brackets: Brackets = hyperband_brackets) -> None:
        require_count("factor", factor, least=2)
        self._factor, self._brackets = factor, brackets

    def plan(self, max_epochs: int, num_candidates: int | None = None) -> Iterator[Bracket]:
        """Return round after round; with a number of candidates, the brackets that it suffices for, each in its turn.

        What is left when it suffices for none trains to the end (section 3.5 of the paper leaves out the largest
        brackets in the same way).

        Raises:
            BudgetError: If a count is not a whole number above 0.
        """
        require_plan(max_epochs, num_candidates)
        brackets = self._brackets(max_epochs, self._factor)
        return cycle(brackets) if num_candidates is None else _filled(brackets, num_candidates)

    def decide(self, bracket: Bracket, reports: Reports) -> Decision:
        """Return who goes on; see `Scheduler.decide`."""
        return halve(bracket, reports)


def _filled(brackets: tuple[Bracket, ...], num_candidates: int) -> Iterator[Bracket]:
    sizes = [bracket[0].size or 0 for bracket in brackets]
    left = num_candidates
    while left >= min(sizes):
        for bracket, size in zip(brackets, sizes, strict=True):
            if size <= left:
                yield bracket
                left -= size
    if left:
        yield (Rung(epochs=brackets[-1][0].epochs, size=left),)
