"""How a forecast sees its windows: plain values, so that spaces can be declared without Keras."""

from dataclasses import dataclass

__all__ = ["SCALINGS", "View"]

SCALINGS = ("last", "standard", "none")


@dataclass(frozen=True, kw_only=True)
class View:
    """How a forecast sees its windows.

    Attributes:
        scaling: One of `SCALINGS`.
        log: Whether it works on logarithms.
    """

    scaling: str = "none"
    log: bool = False
