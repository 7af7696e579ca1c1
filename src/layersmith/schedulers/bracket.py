"""Rungs and brackets: at how many epochs candidates are compared, and how many there are of them.

A bracket is one run of successive halving: `size` candidates start, those that go on from one rung train up to the
epochs of the next. All counts are whole numbers; an epoch count is rounded up, so that the last rung is `max_epochs`.
"""

from dataclasses import dataclass, replace
from numbers import Integral
from typing import TypeAlias

from layersmith.errors import BudgetError

__all__ = ["Bracket", "Rung", "count_halvings", "halving_bracket", "limited", "require_count", "require_plan"]


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A place at which candidates are compared.

    Attributes:
        epochs: Epochs a candidate has trained when it arrives, from its first one on.
        size: Candidates that arrive; None for as many as come.
    """

    epochs: int
    size: int | None = None


Bracket: TypeAlias = tuple[Rung, ...]


def require_count(name: str, value: object, *, least: int = 1) -> None:
    """Refuse what is not a whole number of `least` or above.

    Raises:
        BudgetError: If it is not.
    """
    if not isinstance(value, Integral) or value < least:
        raise BudgetError(f"{name} is {value!r}", expected=f"a whole number of {least} or above", fix=f"correct {name}")


def require_plan(max_epochs: int, num_candidates: int | None) -> None:
    """Refuse the arguments of a plan that are not whole numbers above 0.

    Raises:
        BudgetError: If one is not.
    """
    require_count("max_epochs", max_epochs)
    if num_candidates is not None:
        require_count("num_candidates", num_candidates)


def count_halvings(most: int, *, least: int = 1, factor: int) -> int:
    """Return how often `most` can be divided by `factor` without falling below `least`.

    It is `floor(log(most / least) / log(factor))`, in whole numbers: in floats, 243 to base 3 comes out below 5.

    Example:
        >>> count_halvings(243, factor=3)
        5
    """
    halvings = 0
    while least * factor ** (halvings + 1) <= most:
        halvings += 1
    return halvings


def halving_bracket(num_candidates: int, max_epochs: int, *, num_halvings: int, factor: int) -> Bracket:
    """Return the bracket in which `num_candidates` are divided by `factor` at each rung but the last.

    Rung `i` of `k` halvings has `floor(num_candidates / factor^i)` candidates at `ceil(max_epochs / factor^(k - i))`
    epochs (Li et al. 2020, arXiv 1810.05934, algorithm 1).

    Args:
        num_candidates: Candidates that start.
        max_epochs: Epochs of the last rung.
        num_halvings: Rungs before the last.
        factor: What candidates are divided and epochs multiplied by.

    Example:
        >>> [(rung.size, rung.epochs) for rung in halving_bracket(9, 20, num_halvings=2, factor=3)]
        [(9, 3), (3, 7), (1, 20)]
    """
    return tuple(
        Rung(epochs=-(-max_epochs // factor ** (num_halvings - i)), size=num_candidates // factor**i)
        for i in range(num_halvings + 1)
    )


def limited(bracket: Bracket, num_candidates: int) -> Bracket:
    """Return `bracket` for a space that has no more than `num_candidates` to give.

    Args:
        bracket: As planned.
        num_candidates: Candidates that did start.

    Example:
        >>> [rung.size for rung in limited(halving_bracket(9, 9, num_halvings=2, factor=3), 4)]
        [4, 3, 1]
    """
    sizes = (num_candidates if rung.size is None else min(rung.size, num_candidates) for rung in bracket)
    return tuple(replace(rung, size=size) for rung, size in zip(bracket, sizes, strict=True))
