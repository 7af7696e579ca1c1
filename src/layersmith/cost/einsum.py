"""The number of terms in a product that Einstein's notation describes."""

from collections import Counter
from collections.abc import Sequence
from math import prod

from layersmith.cost.call import Size

__all__ = ["num_terms"]


def num_terms(equation: str, operands: Sequence[Size]) -> int:
    """Return the multiply-accumulates of a product of two operands: the product of the lengths of all indices.

    Where no index is summed over, values are multiplied one by one, and that counts none.

    Args:
        equation: As for `numpy.einsum`, with `->` or without.
        operands: Their shapes.

    Example:
        >>> num_terms("abc,cd->abd", [(1, 10, 8), (8, 4)]), num_terms("...x,xy->...y", [(1, 10, 8), (8, 4)])
        (320, 320)
        >>> num_terms("ab,ab->ab", [(1, 10), (1, 10)])
        0
    """
    left, arrow, output = equation.replace(" ", "").partition("->")
    lengths: dict[str, int] = {}
    for term, shape in zip(left.split(","), operands, strict=True):
        for index, length in zip(_indices(term, len(shape)), shape, strict=True):
            lengths[index] = max(length, lengths.get(index, 1))  # an axis of 1 is repeated
    letters = Counter(left)
    summed = any(index not in output if arrow else letters[index] > 1 for index in lengths if index.isalpha())
    return prod(lengths.values()) if summed else 0


def _indices(term: str, rank: int) -> list[str]:
    """Return one name per axis; those that `...` stands for are numbered from the last."""
    first, dots, last = term.partition("...")
    hidden = rank - len(first) - len(last) if dots else 0
    return [*first, *(f"...{place}" for place in range(hidden, 0, -1)), *last]
