"""Which size to pad to: what compiling costs against what padding wastes.

Padding to a program that exists costs its surplus multiplications in every step; a program of the right size costs one
compilation. How many more candidates of that size will come is not known, so this is the ski-rental problem (Karlin et
al. 1988): rent until the rent paid for a size would have bought it. That never costs more than twice the best decision
in hindsight. Both prices were measured by `benchmarks/buckets.py`; they are constants and no clock is read, so the same
candidates in the same order get the same programs.
"""

import math
from collections.abc import Callable, Sequence

from layersmith.graph import Graph

__all__ = ["Buckets", "macs_of", "rounded"]

COMPILE_SECONDS = 1.0  # training and scoring by one program of a few layers, tracing included
SECONDS_PER_MAC = 1e-10  # forward and backward pass of one row on one core
_STEPS = (1.0, 1.5)  # sizes are 8, 12, 16, 24, 32, 48, 64 ...
_LEAST = 8


def rounded(width: int) -> int:
    """Return the next size that programs are made for: at most half as much again, so that few sizes serve all.

    Example:
        >>> [rounded(width) for width in (3, 8, 9, 33, 64, 100)]
        [8, 8, 12, 48, 64, 128]
    """
    power = _LEAST
    while True:
        for step in _STEPS:
            if width <= power * step:
                return int(power * step)
        power *= 2


class Buckets:
    """The sizes of one family of programs: models that differ in widths alone, which come in the order of layers."""

    def __init__(self) -> None:
        self._made: list[tuple[int, ...]] = []
        self._rent: dict[tuple[int, ...], float] = {}

    def choose(
        self, widths: Sequence[int], wide: tuple[int, ...], rows: int, macs: Callable[[tuple[int, ...]], float]
    ) -> tuple[int, ...]:
        """Return the sizes to pad a candidate to.

        Args:
            widths: The candidate's widths.
            wide: Sizes that would hold every candidate so far; a family's first program has them if that is cheap.
            rows: Rows that it is trained on, over all epochs.
            macs: Multiplications for one row, from sizes.
        """
        own = tuple(rounded(width) for width in widths)
        fitting = self.fitting(widths, macs)
        waste = (macs(fitting or wide) - macs(own)) * rows * SECONDS_PER_MAC
        if fitting:
            waste = self._rent[own] = self._rent.get(own, 0.0) + waste
        chosen = (fitting or wide) if waste <= COMPILE_SECONDS else own
        if chosen not in self._made:
            self._made.append(chosen)
        return chosen

    def fitting(self, widths: Sequence[int], macs: Callable[[tuple[int, ...]], float]) -> tuple[int, ...] | None:
        """Return the cheapest sizes there are that hold `widths`, or None."""
        wide = [made for made in self._made if all(map(int.__le__, widths, made))]
        return min(wide, key=macs, default=None)


def macs_of(graph: Graph) -> int:
    """Return about how many multiplications one row costs: every weight once for each position it is used at."""
    total = 0
    for node in graph.nodes:
        read = [graph.node(reference.node).output_shape for reference in node.inputs]
        positions = max(math.prod(length or 1 for length in shape[1:-1]) for shape in (node.output_shape, *read))
        total += node.num_params * positions
    return total
