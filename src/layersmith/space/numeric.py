"""Numbers in a space: `Int` and `Float`.

Both ends are included, as in KerasTuner. An `Int` always has finitely many values; a `Float` only with a step. A
default may lie between the steps, as there: it counts as one of the values, but neither `grid` nor draws give it.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from layersmith.errors import SpaceError
from layersmith.records import Value
from layersmith.space.conditions import Condition
from layersmith.space.scale import Scale

__all__ = ["Float", "Int"]


def _whole(name: str, what: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not float(value).is_integer():
        got = f"hyperparameter {name!r} has {what}={value!r}"
        raise SpaceError(got, expected="a whole number", fix="give a whole number, or use Float")
    return int(value)


def _real(name: str, what: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        got = f"hyperparameter {name!r} has {what}={value!r}"
        raise SpaceError(got, expected="a number", fix="give a number, or use Choice")
    return float(value)


def _sampling(sampling: str | None) -> str:
    """Return the name of a scale, in the case and with the default that KerasTuner takes too."""
    return (sampling or "linear").lower()


def _bucket(unit: float, size: int) -> int:
    return min(int(unit * size), size - 1)


def _spread(size: int, num_values: int) -> list[int]:
    return sorted({round(place) for place in np.linspace(0, size - 1, min(size, num_values))})


def _settle_default(entry: "Int | Float") -> None:
    """Set the default where none is given; refuse one outside the range, and a range that makes no scale."""
    _ = entry._scale
    if entry.default is None:
        object.__setattr__(entry, "default", entry.min_value)
    elif not entry.min_value <= entry.default <= entry.max_value:
        got = f"hyperparameter {entry.name!r} has default={entry.default!r}"
        raise SpaceError(got, expected=entry.describe(), fix="choose a default from that range, or leave it out")


@dataclass(frozen=True, kw_only=True)
class Int:
    """A whole number.

    Attributes:
        name: Full name, scopes included.
        min_value: Smallest value.
        max_value: Largest value that may be reached.
        step: Added (linear) or multiplied (log, reverse_log) from value to value; 1 for None on a linear scale, every
            whole number for None on the others.
        sampling: `linear`, `log` or `reverse_log`.
        default: The value taken where nothing else is said; `min_value` unless given.
        conditions: What must hold for it to be active.

    Raises:
        SpaceError: If a bound is no whole number, or the bounds, the step or the default do not fit together.

    Example:
        >>> units = Int(name="units", min_value=16, max_value=128, step=2, sampling="log")
        >>> units.grid(10)
        [16, 32, 64, 128]
        >>> units.default, units.contains(48)
        (16, False)
    """

    name: str
    min_value: int
    max_value: int
    step: int | None = None
    sampling: str = "linear"
    default: int | None = None
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        for what in ("min_value", "max_value", "step", "default"):
            value = getattr(self, what)
            if value is not None or what.endswith("_value"):
                object.__setattr__(self, what, _whole(self.name, what, value))
        object.__setattr__(self, "sampling", _sampling(self.sampling))
        if self.step is None and self.sampling == "linear":
            object.__setattr__(self, "step", 1)
        _settle_default(self)

    @cached_property
    def _scale(self) -> Scale:
        # Without a step the line ends one later, so that flooring reaches max_value as often as its neighbours.
        end = self.max_value if self.step is not None or self.max_value < self.min_value else self.max_value + 1
        return Scale(name=self.name, low=self.min_value, high=end, step=self.step, sampling=self.sampling)

    @cached_property
    def size(self) -> int:
        """Number of values."""
        return self._scale.size or self.max_value - self.min_value + 1

    def value_at(self, index: int) -> int:
        """Return the value at a place, from 0, in ascending order."""
        return self.min_value + index if not self._scale.size else round(self._scale.at(index))

    def index_of(self, value: Value) -> int:
        """Return the place of the value nearest to this one."""
        number = _real(self.name, "value", value)
        return round(number) - self.min_value if not self._scale.size else self._scale.index(number)

    def from_unit(self, unit: float) -> int:
        """Return the value at a share of the scale."""
        if self._scale.size:
            return self.value_at(_bucket(unit, self.size))
        return min(math.floor(self._scale.point(unit)), self.max_value)

    def to_unit(self, value: Value) -> float:
        """Return a share of the scale at which `from_unit` gives this value."""
        if self._scale.size:
            return (self.index_of(value) + 0.5) / self.size
        return self._scale.unit(_whole(self.name, "value", value) + 0.5)

    def contains(self, value: object) -> bool:
        """Whether the value is one of the entry's values."""
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            return False
        number = int(value)
        if not self.min_value <= number <= self.max_value:
            return False
        return number == self.default or self.value_at(self.index_of(number)) == number

    def random(self, rng: np.random.Generator) -> int:
        """Draw a value."""
        return self.from_unit(rng.random())

    def grid(self, num_values: int) -> list[int]:
        """Return at most `num_values` values, evenly spread over the scale, ends included."""
        if self._scale.size or self.size <= num_values:
            return [self.value_at(index) for index in _spread(self.size, num_values)]
        return sorted({self.from_unit(unit) for unit in np.linspace(0, 1, num_values).tolist()})

    def describe(self) -> str:
        """Return the range in words."""
        step = "" if self.step in (None, 1) else f", step {self.step}"
        return f"a whole number from {self.min_value} to {self.max_value} ({self.sampling}{step})"

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return {**asdict(self), "conditions": [condition.get_config() for condition in self.conditions]}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Int":
        """Rebuild from `get_config`."""
        return cls(**{**config, "conditions": tuple(map(Condition.from_config, config["conditions"]))})


@dataclass(frozen=True, kw_only=True)
class Float:
    """A real number.

    Attributes:
        name: Full name, scopes included.
        min_value: Smallest value.
        max_value: Largest value that may be reached.
        step: Added (linear) or multiplied (log, reverse_log) from value to value; None for a continuous line.
        sampling: `linear`, `log` or `reverse_log`.
        default: The value taken where nothing else is said; `min_value` unless given.
        conditions: What must hold for it to be active.

    Raises:
        SpaceError: If a bound is no number, or the bounds, the step or the default do not fit together.

    Example:
        >>> rate = Float(name="learning_rate", min_value=1e-4, max_value=1e-2, sampling="log")
        >>> round(rate.from_unit(0.5), 6)
        0.001
        >>> Float(name="dropout", min_value=0, max_value=0.5, step=0.1).grid(3)
        [0.0, 0.2, 0.5]
    """

    name: str
    min_value: float
    max_value: float
    step: float | None = None
    sampling: str = "linear"
    default: float | None = None
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        for what in ("min_value", "max_value", "step", "default"):
            value = getattr(self, what)
            if value is not None or what.endswith("_value"):
                object.__setattr__(self, what, _real(self.name, what, value))
        object.__setattr__(self, "sampling", _sampling(self.sampling))
        _settle_default(self)

    @cached_property
    def _scale(self) -> Scale:
        return Scale(name=self.name, low=self.min_value, high=self.max_value, step=self.step, sampling=self.sampling)

    @cached_property
    def size(self) -> int | None:
        """Number of values; None for a continuous line."""
        return self._scale.size or (1 if self.min_value == self.max_value else None)

    def value_at(self, index: int) -> float:
        """Return the value at a place, from 0, in ascending order."""
        return self._scale.at(index) if self._scale.size else self.min_value

    def index_of(self, value: Value) -> int:
        """Return the place of the value nearest to this one."""
        return self._scale.index(_real(self.name, "value", value)) if self._scale.size else 0

    def from_unit(self, unit: float) -> float:
        """Return the value at a share of the scale."""
        return self.value_at(_bucket(unit, self._scale.size)) if self._scale.size else self._scale.point(unit)

    def to_unit(self, value: Value) -> float:
        """Return a share of the scale at which `from_unit` gives this value."""
        if self._scale.size:
            return (self.index_of(value) + 0.5) / self._scale.size
        return self._scale.unit(_real(self.name, "value", value))

    def contains(self, value: object) -> bool:
        """Whether the value is one of the entry's values, up to rounding where it has steps."""
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            return False
        number = float(value)
        if not self.min_value <= number <= self.max_value:
            return False
        if not self._scale.size or number == self.default:
            return True
        return math.isclose(self.value_at(self.index_of(number)), number, abs_tol=1e-12)

    def random(self, rng: np.random.Generator) -> float:
        """Draw a value."""
        return self.from_unit(rng.random())

    def grid(self, num_values: int) -> list[float]:
        """Return at most `num_values` values, evenly spread over the scale, ends included."""
        if self.size is not None:
            return [self.value_at(index) for index in _spread(self.size, num_values)]
        return [self.from_unit(unit) for unit in np.linspace(0, 1, num_values).tolist()]

    def describe(self) -> str:
        """Return the range in words."""
        step = "" if self.step is None else f", step {self.step}"
        return f"a number from {self.min_value} to {self.max_value} ({self.sampling}{step})"

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return {**asdict(self), "conditions": [condition.get_config() for condition in self.conditions]}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Float":
        """Rebuild from `get_config`."""
        return cls(**{**config, "conditions": tuple(map(Condition.from_config, config["conditions"]))})
