"""How a forecast sees its windows: plain values, so that spaces can be declared without Keras."""

from dataclasses import dataclass

from layersmith.errors import SpaceError

__all__ = ["SCALINGS", "View"]

SCALINGS = ("last", "standard", "none")


@dataclass(frozen=True, kw_only=True)
class View:
    """How a forecast sees its windows.

    Attributes:
        scaling: One of `SCALINGS`.
        log: Whether it works on logarithms.

    Raises:
        SpaceError: If the scaling is none of `SCALINGS`.

    Example:
        >>> View(scaling="last").log
        False
    """

    scaling: str = "none"
    log: bool = False

    def __post_init__(self) -> None:
        if self.scaling not in SCALINGS:
            got = f"unknown window scaling {self.scaling!r}"
            raise SpaceError(got, expected=f"one of: {', '.join(SCALINGS)}", fix="use one of these")
