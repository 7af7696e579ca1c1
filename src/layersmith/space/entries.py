"""The entries of a space: `Int`, `Float`, `Choice`, `Boolean`, `Fixed`.

All five answer the same questions: `default`, `size`, `value_at`, `index_of`, `from_unit`, `to_unit`, `contains`,
`random`, `grid`, `describe`, `get_config`. Numbers live in `numeric`, the other three here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np

from layersmith.errors import SpaceError, SpaceTypeError, lookup
from layersmith.records import Value
from layersmith.space.conditions import Condition
from layersmith.space.numeric import Float, Int

__all__ = ["ENTRIES", "Boolean", "Choice", "Entry", "Fixed", "Float", "Int", "entry_from_config", "same_value"]


def same_value(left: object, right: object) -> bool:
    """Return whether two values are equal, with `True` and `1` told apart.

    Example:
        >>> same_value(1, 1.0), same_value(1, True)
        (True, False)
    """
    return left == right and isinstance(left, bool | np.bool_) == isinstance(right, bool | np.bool_)


def _kind(value: Value) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _place(values: tuple[Value, ...], value: Value) -> int:
    return next((index for index, known in enumerate(values) if same_value(known, value)), 0)


def _unit_to_index(unit: float, size: int) -> int:
    return min(int(unit * size), size - 1)


def _plain(entry: "Choice | Boolean | Fixed") -> dict[str, Any]:
    return {**asdict(entry), "conditions": [condition.get_config() for condition in entry.conditions]}


def _conditions(config: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(map(Condition.from_config, config["conditions"]))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of several values.

    Attributes:
        name: Full name, scopes included.
        values: What may be chosen: numbers, strings or booleans of one kind; None may stand among them.
        ordered: Whether neighbours in `values` are alike; True for numbers unless given.
        default: The value taken where nothing else is said: None if it is among the values, else the first.
        conditions: What must hold for it to be active.

    Raises:
        SpaceError: If there is no value, one occurs twice, names are to be ordered, or the default is none of the
            values.
        SpaceTypeError: If the values are of several kinds, or of none that may be chosen.

    Example:
        >>> units = Choice(name="units", values=(32, 64, 256))
        >>> units.default, units.ordered, units.from_unit(0.99)
        (32, True, 256)
    """

    name: str
    values: tuple[Value, ...]
    ordered: bool | None = None
    default: Value = None
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(self.values))
        self._check()
        if self.ordered is None:
            object.__setattr__(self, "ordered", all(_kind(value) is float for value in self.values))
        if self.default is None and None not in self.values:
            object.__setattr__(self, "default", self.values[0])

    def _check(self) -> None:
        kinds = {_kind(value) for value in self.values if value is not None}
        repeated = any(_place(self.values, value) != place for place, value in enumerate(self.values))
        mixed = len(kinds) > 1 or not kinds <= {float, str, bool}
        if not self.values or repeated or mixed:
            raise (SpaceTypeError if mixed else SpaceError)(
                f"hyperparameter {self.name!r} has values={list(self.values)!r}",
                expected="one value or more, each once, all numbers or all strings or all booleans",
                fix="correct the list of values, or split it into two hyperparameters",
            )
        if self.ordered and not kinds <= {float}:
            raise SpaceError(
                f"hyperparameter {self.name!r} has ordered=True with values={list(self.values)!r}",
                expected="numbers, where an order is asked for",
                fix="leave `ordered` out",
            )
        if self.default is not None and not self.contains(self.default):
            raise SpaceError(
                f"hyperparameter {self.name!r} has default={self.default!r}",
                expected=self.describe(),
                fix="choose a default from that list, or leave it out",
            )

    @property
    def size(self) -> int:
        """Number of values."""
        return len(self.values)

    def value_at(self, index: int) -> Value:
        """Return the value at a place, from 0."""
        return self.values[index]

    def index_of(self, value: Value) -> int:
        """Return the place of a value, 0 where it is none of them."""
        return _place(self.values, value)

    def from_unit(self, unit: float) -> Value:
        """Return the value at a share of the list."""
        return self.values[_unit_to_index(unit, self.size)]

    def to_unit(self, value: Value) -> float:
        """Return a share of the list at which `from_unit` gives this value."""
        return (self.index_of(value) + 0.5) / self.size

    def contains(self, value: object) -> bool:
        """Whether the value is one of the list."""
        return any(same_value(known, value) for known in self.values)

    def random(self, rng: np.random.Generator) -> Value:
        """Draw a value."""
        return self.from_unit(rng.random())

    def grid(self, num_values: int) -> list[Value]:
        """Return all values; a list has no finer or coarser grid."""
        del num_values
        return list(self.values)

    def describe(self) -> str:
        """Return the range in words."""
        return f"one of: {', '.join(map(repr, self.values))}"

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return {**_plain(self), "values": list(self.values)}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Choice":
        """Rebuild from `get_config`."""
        return cls(**{**config, "values": tuple(config["values"]), "conditions": _conditions(config)})


@dataclass(frozen=True, kw_only=True)
class Boolean:
    """True or False.

    Attributes:
        name: Full name, scopes included.
        default: The value taken where nothing else is said.
        conditions: What must hold for it to be active.

    Raises:
        SpaceError: If the default is neither True nor False.

    Example:
        >>> Boolean(name="batch_norm").grid(2)
        [False, True]
    """

    name: str
    default: bool = False
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if not self.contains(self.default):
            got = f"hyperparameter {self.name!r} has default={self.default!r}"
            raise SpaceError(got, expected=self.describe(), fix="give True or False")

    @property
    def size(self) -> int:
        """Number of values."""
        return 2

    def value_at(self, index: int) -> bool:
        """Return the value at a place: False, then True."""
        return bool(index)

    def index_of(self, value: Value) -> int:
        """Return the place of a value."""
        return int(bool(value))

    def from_unit(self, unit: float) -> bool:
        """Return False for the lower half, True for the upper."""
        return unit >= 0.5

    def to_unit(self, value: Value) -> float:
        """Return the middle of the half that stands for the value."""
        return 0.75 if value else 0.25

    def contains(self, value: object) -> bool:
        """Whether the value is True or False."""
        return isinstance(value, bool | np.bool_)

    def random(self, rng: np.random.Generator) -> bool:
        """Draw a value."""
        return self.from_unit(rng.random())

    def grid(self, num_values: int) -> list[bool]:
        """Return both values."""
        del num_values
        return [False, True]

    def describe(self) -> str:
        """Return the range in words."""
        return "True or False"

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return _plain(self)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Boolean":
        """Rebuild from `get_config`."""
        return cls(**{**config, "conditions": _conditions(config)})


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """A value that is not searched, but recorded with each candidate.

    Attributes:
        name: Full name, scopes included.
        value: The value.
        conditions: What must hold for it to be active.

    Raises:
        SpaceError: If the value is no number, string, boolean or None.

    Example:
        >>> Fixed(name="padding", value="same").default
        'same'
    """

    name: str
    value: Value
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if self.value is not None and _kind(self.value) not in (float, str, bool):
            got = f"hyperparameter {self.name!r} has value={self.value!r}"
            raise SpaceError(got, expected="a number, a string, a boolean or None", fix="give one plain value")

    @property
    def default(self) -> Value:
        """The value."""
        return self.value

    @property
    def size(self) -> int:
        """Number of values."""
        return 1

    def value_at(self, index: int) -> Value:
        """Return the value, whatever the place."""
        del index
        return self.value

    def index_of(self, value: Value) -> int:
        """Return 0, the only place."""
        del value
        return 0

    def from_unit(self, unit: float) -> Value:
        """Return the value."""
        del unit
        return self.value

    def to_unit(self, value: Value) -> float:
        """Return 0.5, as good as any other share."""
        del value
        return 0.5

    def contains(self, value: object) -> bool:
        """Whether it is the value."""
        return same_value(self.value, value)

    def random(self, rng: np.random.Generator) -> Value:
        """Return the value; nothing is drawn."""
        del rng
        return self.value

    def grid(self, num_values: int) -> list[Value]:
        """Return the value alone."""
        del num_values
        return [self.value]

    def describe(self) -> str:
        """Return the range in words."""
        return f"{self.value!r}, fixed"

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return _plain(self)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Fixed":
        """Rebuild from `get_config`."""
        return cls(**{**config, "conditions": _conditions(config)})


Entry: TypeAlias = Int | Float | Choice | Boolean | Fixed

ENTRIES: dict[str, type[Entry]] = {"Boolean": Boolean, "Choice": Choice, "Fixed": Fixed, "Float": Float, "Int": Int}


def entry_from_config(class_name: str, config: Mapping[str, Any]) -> Entry:
    """Rebuild an entry from its class name and `get_config`.

    Raises:
        UnknownNameError: If no entry has that class name.

    Example:
        >>> entry_from_config("Boolean", Boolean(name="bias").get_config())
        Boolean(name='bias', default=False, conditions=())
    """
    return lookup(ENTRIES, class_name, "hyperparameter class").from_config(config)
