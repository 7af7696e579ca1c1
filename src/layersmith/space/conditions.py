"""When an entry of a space is active, and the walk that finds it out.

An entry carries conditions; it is active where all of them hold for the values chosen before it. Parents are registered
before their children, so one walk in registration order settles every entry.

Most conditions are declared, by a conditional scope. One may also be implied: `for i in range(hp.Int("layers", 1, 3))`
asks for `units_2` only where there are three layers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from layersmith.records import Value

__all__ = ["Condition", "Conditioned", "declared", "holds", "resolve"]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """The parent's value is one of `values`.

    Attributes:
        name: Full name of the parent, scopes included.
        values: Parent values under which the child is active.
        implied: Whether the build function's own control flow says so, not a conditional scope.

    Example:
        >>> Condition(name="kind", values=("conv",)).is_active({"kind": "conv"})
        True
        >>> Condition(name="kind", values=("conv",)).is_active({})
        False
    """

    name: str
    values: tuple[Value, ...]
    implied: bool = False

    def is_active(self, values: Mapping[str, Value]) -> bool:
        """Whether the condition holds for these values."""
        return self.name in values and values[self.name] in self.values

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data, as KerasTuner writes a condition on a parent."""
        implied = {"implied": True} if self.implied else {}
        return {"class_name": "Parent", "config": {"name": self.name, "values": list(self.values), **implied}}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Condition":
        """Rebuild from `get_config`."""
        known = config["config"]
        return cls(name=known["name"], values=tuple(known["values"]), implied=known.get("implied", False))


class Conditioned(Protocol):
    """Whatever has a name and conditions."""

    @property
    def name(self) -> str:
        """Full name."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold for it to be active."""


_Entry = TypeVar("_Entry", bound=Conditioned)


def declared(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return the conditions that a conditional scope declared, without the implied ones.

    Example:
        >>> declared((Condition(name="layers", values=(3,), implied=True),))
        ()
    """
    return tuple(condition for condition in conditions if not condition.implied)


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
