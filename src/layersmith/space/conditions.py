"""When an entry of a space is active, and the walk that finds it out.

An entry carries conditions; it is active where all of them hold for the values chosen before it. Parents are registered
before their children, so one walk in registration order settles every entry.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from layersmith.records import Value

__all__ = ["Condition", "Conditioned", "holds", "resolve"]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """The parent's value is one of `values`.

    Attributes:
        name: Full name of the parent, scopes included.
        values: Parent values under which the child is active.

    Example:
        >>> Condition(name="kind", values=("conv",)).is_active({"kind": "conv"})
        True
        >>> Condition(name="kind", values=("conv",)).is_active({})
        False
    """

    name: str
    values: tuple[Value, ...]

    def is_active(self, values: Mapping[str, Value]) -> bool:
        """Whether the condition holds for these values."""
        return self.name in values and values[self.name] in self.values

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data."""
        return {"name": self.name, "values": list(self.values)}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Condition":
        """Rebuild from `get_config`."""
        return cls(name=config["name"], values=tuple(config["values"]))


class Conditioned(Protocol):
    """Whatever has a name and conditions."""

    @property
    def name(self) -> str:
        """Full name."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold for it to be active."""


_Entry = TypeVar("_Entry", bound=Conditioned)


def holds(conditions: Iterable[Condition], values: Mapping[str, Value]) -> bool:
    """Return whether every condition holds for these values.

    Example:
        >>> holds((), {})
        True
    """
    return all(condition.is_active(values) for condition in conditions)


def resolve(entries: Iterable[_Entry], pick: Callable[[_Entry], Value]) -> dict[str, Value]:
    """Walk entries in order, and give a value to each that is active.

    Of several entries with the same name the first active one counts.

    Args:
        entries: Entries in registration order.
        pick: Gives the value of an active entry.

    Example:
        >>> from layersmith.space.entries import Boolean, Int
        >>> deep = Condition(name="deep", values=(True,))
        >>> entries = [Boolean(name="deep"), Int(name="layers", min_value=2, max_value=9, conditions=(deep,))]
        >>> resolve(entries, lambda entry: entry.default)
        {'deep': False}
    """
    values: dict[str, Value] = {}
    for entry in entries:
        if entry.name not in values and holds(entry.conditions, values):
            values[entry.name] = pick(entry)
    return values
