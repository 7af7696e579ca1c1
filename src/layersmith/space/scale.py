"""A number line between two ends, even or logarithmic, continuous or in steps.

With `u` in [0, 1], from `low` to `high`:

    linear       low + u (high - low)
    log          low (high / low)^u                       more values near `low`
    reverse_log  low + high - low (high / low)^(1 - u)    more values near `high`

Steps add on a linear scale and multiply on the other two.
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from layersmith.errors import SpaceError

__all__ = ["SAMPLINGS", "Sampling", "Scale"]

Sampling: TypeAlias = Literal["linear", "log", "reverse_log"]
SAMPLINGS: tuple[str, ...] = ("linear", "log", "reverse_log")

_ROUND_OFF = 1e-8  # an end that lies on the grid may miss it by rounding


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A number line from `low` to `high`, both included.

    Attributes:
        name: Whose scale it is, for messages.
        low: Smallest value.
        high: Largest value.
        step: Distance (linear) or factor (log, reverse_log) between values; None for a continuous line.
        sampling: How values are spread.

    Raises:
        SpaceError: If the ends, the step or the sampling make no scale.

    Example:
        >>> scale = Scale(name="units", low=8, high=64, step=2, sampling="log")
        >>> [scale.at(index) for index in range(scale.size)]
        [8.0, 16.0, 32.0, 64.0]
    """

    name: str
    low: float
    high: float
    step: float | None = None
    sampling: str = "linear"

    def __post_init__(self) -> None:
        if self.sampling not in SAMPLINGS:
            raise self._refusal(f"sampling={self.sampling!r}", f"one of: {', '.join(SAMPLINGS)}", "name one of these")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            got = f"min_value={self.low!r}, max_value={self.high!r}"
            raise self._refusal(got, "finite ends, min_value <= max_value", "correct the two ends")
        least = 0 if self.sampling == "linear" else 1
        if self.step is not None and not self.step > least:
            got = f"step={self.step!r}"
            raise self._refusal(got, f"a step above {least} on a {self.sampling} scale", "set a larger step, or none")
        if self.sampling != "linear" and self.low <= 0:
            got = f"min_value={self.low!r} on a {self.sampling} scale"
            raise self._refusal(got, "min_value above 0", 'raise min_value, or use sampling="linear"')

    def _refusal(self, got: str, expected: str, fix: str) -> SpaceError:
        return SpaceError(f"hyperparameter {self.name!r} has {got}", expected=expected, fix=fix)

    @property
    def size(self) -> int:
        """Number of values in steps; 0 for a continuous line."""
        if self.step is None:
            return 0
        if self.sampling == "linear":
            steps = (self.high - self.low) / self.step
        else:
            steps = math.log(self.high / self.low) / math.log(self.step)
        return math.floor(steps + _ROUND_OFF) + 1

    def at(self, index: int) -> float:
        """Return the value at a step, from 0."""
        step = self.step or 0.0
        if self.sampling == "linear":
            value = self.low + index * step
        elif self.sampling == "log":
            value = self.low * step**index
        else:
            value = self.low + self.high - self.low * step ** (self.size - 1 - index)
        tidy = float(f"{value:.12g}")  # 0.3, not 0.30000000000000004
        return min(max(tidy, self.low), self.high)

    def index(self, value: float) -> int:
        """Return the step nearest to a value."""
        step = self.step or 1.0
        if self.sampling == "linear":
            index = (value - self.low) / step
        elif self.sampling == "log":
            index = math.log(value / self.low) / math.log(step)
        else:
            index = self.size - 1 - math.log((self.low + self.high - value) / self.low) / math.log(step)
        return min(max(round(index), 0), self.size - 1)

    def point(self, unit: float) -> float:
        """Return the value at a share of a continuous line."""
        if self.sampling == "linear":
            value = self.low + unit * (self.high - self.low)
        elif self.sampling == "log":
            value = self.low * (self.high / self.low) ** unit
        else:
            value = self.low + self.high - self.low * (self.high / self.low) ** (1.0 - unit)
        return min(max(value, self.low), self.high)

    def unit(self, value: float) -> float:
        """Return the share of a continuous line at which a value lies; 0.5 where the ends meet."""
        if self.low == self.high:
            return 0.5
        if self.sampling == "linear":
            return (value - self.low) / (self.high - self.low)
        span = math.log(self.high / self.low)
        if self.sampling == "log":
            return math.log(value / self.low) / span
        return 1.0 - math.log((self.low + self.high - value) / self.low) / span
