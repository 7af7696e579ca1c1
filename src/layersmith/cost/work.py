"""What one call of a layer does for one row."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from layersmith.cost.call import Call

__all__ = ["Row", "Work", "product"]


@dataclass(frozen=True, kw_only=True)
class Work:
    """Multiply-accumulates, and what exists inside a layer beside its inputs and outputs.

    Attributes:
        macs: Multiply-accumulates of convolutions and matrix products; all else counts none, as in the papers.
        inside: Values that exist at once inside the layer while it predicts.
        stored: Values inside the layer that a backward pass needs.
    """

    macs: int = 0
    inside: int = 0
    stored: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(macs=self.macs + other.macs, inside=self.inside + other.inside, stored=self.stored + other.stored)


Row: TypeAlias = Callable[[Call], Work | None]
"""A row of the table: from a call to its work, None where it cannot be known."""


def product(call: Call, contracted: int) -> Work:
    """Return the work of a product in which each value of the first output sums `contracted` terms."""
    return Work(macs=prod(call.outputs[0]) * contracted)
