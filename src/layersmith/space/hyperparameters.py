"""`HyperParameters`: a search space and one candidate of it, with KerasTuner's meaning.

A build function asks it for values. The first run registers the entries and answers with defaults; later runs answer
with the values put in `values`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from layersmith.errors import SpaceError, UnknownNameError, nearest
from layersmith.records import Value
from layersmith.space.conditions import Condition, declared, holds, resolve
from layersmith.space.entries import Boolean, Choice, Entry, Fixed, Float, Int, entry_from_config

__all__ = ["HyperParameters"]

ParentValues = Value | Sequence[Value]


class HyperParameters:
    """A search space, and the values of one candidate.

    Attributes:
        values: Name to value, active entries only. A value put here before its entry is registered wins over the
            default.
        requested: Names a build function has asked for since this object was made, in order.
        active_scopes: The conditions of each conditional scope that was open while they held.
        inactive_scopes: Likewise, of those that were open while they did not hold.

    Example:
        >>> hp = HyperParameters()
        >>> hp.Int("units", 32, 128, step=32)
        32
        >>> with hp.name_scope("head"):
        ...     hp.Choice("activation", ["relu", "tanh"], default="tanh")
        'tanh'
        >>> hp.values
        {'units': 32, 'head/activation': 'tanh'}
    """

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.requested: list[str] = []
        self.active_scopes: list[tuple[Condition, ...]] = []
        self.inactive_scopes: list[tuple[Condition, ...]] = []
        self._space: list[Entry] = []
        self._scopes: list[str] = []
        self._conditions: list[Condition] = []

    @property
    def space(self) -> list[Entry]:
        """Entries in registration order."""
        return list(self._space)

    # Registration: KerasTuner's signatures.

    def Int(  # noqa: N802
        self,
        name: str,
        min_value: int,
        max_value: int,
        step: int | None = None,
        sampling: str = "linear",
        default: int | None = None,
        parent_name: str | None = None,
        parent_values: ParentValues = None,
    ) -> Any:
        """Register a whole number from `min_value` to `max_value`, both included, and return its value.

        Args:
            name: Its name within the current scope.
            min_value: Smallest value.
            max_value: Largest value.
            step: Added (linear) or multiplied (log, reverse_log) from value to value.
            sampling: `linear`, `log` or `reverse_log`.
            default: The value taken where nothing else is said; `min_value` unless given.
            parent_name: Name of the entry it depends on.
            parent_values: Values of that entry under which it is active.

        Returns:
            Its value, or None where it is inactive.

        Raises:
            SpaceError: If the bounds, the step or the default do not fit together, or the parent is unknown.
        """
        bounds = {"min_value": min_value, "max_value": max_value, "step": step, "sampling": sampling}
        return self._ask(Int, name, {**bounds, "default": default}, parent_name, parent_values)

    def Float(  # noqa: N802
        self,
        name: str,
        min_value: float,
        max_value: float,
        step: float | None = None,
        sampling: str = "linear",
        default: float | None = None,
        parent_name: str | None = None,
        parent_values: ParentValues = None,
    ) -> Any:
        """Register a number from `min_value` to `max_value`, both included, and return its value.

        Args:
            name: Its name within the current scope.
            min_value: Smallest value.
            max_value: Largest value.
            step: Added (linear) or multiplied (log, reverse_log) from value to value; None for a continuous line.
            sampling: `linear`, `log` or `reverse_log`.
            default: The value taken where nothing else is said; `min_value` unless given.
            parent_name: Name of the entry it depends on.
            parent_values: Values of that entry under which it is active.

        Returns:
            Its value, or None where it is inactive.

        Raises:
            SpaceError: If the bounds, the step or the default do not fit together, or the parent is unknown.
        """
        bounds = {"min_value": min_value, "max_value": max_value, "step": step, "sampling": sampling}
        return self._ask(Float, name, {**bounds, "default": default}, parent_name, parent_values)

    def Choice(  # noqa: N802
        self,
        name: str,
        values: Iterable[Value],
        ordered: bool | None = None,
        default: Value = None,
        parent_name: str | None = None,
        parent_values: ParentValues = None,
    ) -> Any:
        """Register one of several values, and return it.

        Args:
            name: Its name within the current scope.
            values: What may be chosen, all of one kind; None may stand among them.
            ordered: Whether neighbours are alike; True for numbers unless given.
            default: The value taken where nothing else is said: None if among the values, else the first.
            parent_name: Name of the entry it depends on.
            parent_values: Values of that entry under which it is active.

        Returns:
            Its value, or None where it is inactive.

        Raises:
            SpaceError: If the values or the default make no choice, or the parent is unknown.
        """
        settings = {"values": tuple(values), "ordered": ordered, "default": default}
        return self._ask(Choice, name, settings, parent_name, parent_values)

    def Boolean(  # noqa: N802
        self, name: str, default: bool = False, parent_name: str | None = None, parent_values: ParentValues = None
    ) -> Any:
        """Register True or False, and return it.

        Args:
            name: Its name within the current scope.
            default: The value taken where nothing else is said.
            parent_name: Name of the entry it depends on.
            parent_values: Values of that entry under which it is active.

        Returns:
            Its value, or None where it is inactive.

        Raises:
            SpaceError: If the default is neither True nor False, or the parent is unknown.
        """
        return self._ask(Boolean, name, {"default": default}, parent_name, parent_values)

    def Fixed(  # noqa: N802
        self, name: str, value: Value, parent_name: str | None = None, parent_values: ParentValues = None
    ) -> Any:
        """Register a value that is not searched, and return it.

        Args:
            name: Its name within the current scope.
            value: The value.
            parent_name: Name of the entry it depends on.
            parent_values: Values of that entry under which it is active.

        Returns:
            The value, or None where it is inactive.

        Raises:
            SpaceError: If the value is no plain value, or the parent is unknown.
        """
        return self._ask(Fixed, name, {"value": value}, parent_name, parent_values)

    def _ask(
        self,
        kind: type[Entry],
        name: str,
        settings: Mapping[str, Any],
        parent_name: str | None,
        parent_values: ParentValues,
    ) -> Value:
        if parent_name is None:
            full_name, conditions = self._full_name(name), tuple(self._conditions)
            self._check_parents(full_name)
            self.requested.append(full_name)
            known = self._registered(full_name, conditions)
            if known is not None and not self.is_active(known) and holds(conditions, self.values):
                known = self._change(known, conditions=conditions)  # asked for where it was taken to be inactive
            return self._register(known or kind(name=full_name, conditions=conditions, **settings))
        with self.conditional_scope(parent_name, parent_values):
            return self._ask(kind, name, settings, None, None)

    def _check_parents(self, name: str) -> None:
        if any(condition.name == name for condition in self._conditions):
            got = f"hyperparameter {name!r} depends on itself"
            raise SpaceError(got, expected="another name than its parent's", fix="rename the one inside the scope")

    def _registered(self, name: str, conditions: tuple[Condition, ...]) -> Entry | None:
        """Return the entry of that name that was declared under the same conditions."""
        same = declared(conditions)
        return next((entry for entry in self._space if entry.name == name and declared(entry.conditions) == same), None)

    def _change(self, entry: Entry, **fields: Any) -> Entry:
        """Put a changed entry in the place of `entry`, and return it."""
        changed = replace(entry, **fields)
        self._space[self._space.index(entry)] = changed
        return changed

    def _register(self, entry: Entry, overwrite: bool = False) -> Value:
        known = self._registered(entry.name, entry.conditions)
        if known is None:
            self._space.append(entry)
        elif overwrite and known != entry:
            self._space[self._space.index(known)] = entry
        if not self.is_active(entry):
            return None
        if overwrite or entry.name not in self.values:
            self.values[entry.name] = entry.default
        return self.values[entry.name]

    # Scopes.

    def _full_name(self, name: str) -> str:
        if name in (None, ""):
            got = f"a hyperparameter is named {name!r}"
            raise SpaceError(got, expected="a string that is not empty", fix="give the hyperparameter a name")
        return "/".join([*self._scopes, str(name)])

    @contextmanager
    def name_scope(self, name: str) -> Iterator[None]:
        """Put `name/` before the names of everything registered inside.

        Args:
            name: The scope's name.

        Example:
            >>> hp = HyperParameters()
            >>> with hp.name_scope("block_1"):
            ...     _ = hp.Boolean("residual")
            >>> list(hp.values)
            ['block_1/residual']
        """
        self._full_name(name)
        self._scopes.append(str(name))
        try:
            yield
        finally:
            self._scopes.pop()

    @contextmanager
    def conditional_scope(self, parent_name: str, parent_values: ParentValues) -> Iterator[None]:
        """Make everything registered inside active only under some values of a parent.

        Inactive entries are registered all the same, so that one run of a build function tells the whole space; their
        value is None.

        Args:
            parent_name: Name of the parent within the current scope.
            parent_values: One value of the parent, or several.

        Raises:
            SpaceError: If the parent is not registered yet.

        Example:
            >>> hp = HyperParameters()
            >>> hp.Choice("kind", ["dense", "conv"])
            'dense'
            >>> with hp.conditional_scope("kind", ["conv"]):
            ...     print(hp.Int("kernel_size", 3, 7, step=2))
            None
        """
        parent, names = self._full_name(parent_name), [entry.name for entry in self._space]
        if parent not in names:
            raise SpaceError(
                f"the parent {parent!r} of a conditional scope is not registered",
                expected=f"one of: {', '.join(dict.fromkeys(names)) or 'no hyperparameter yet'}",
                fix="register the parent before the scope that depends on it",
            )
        several = isinstance(parent_values, Iterable) and not isinstance(parent_values, str)
        values = tuple(parent_values) if several else (parent_values,)  # type: ignore[arg-type]
        self._conditions.append(Condition(name=parent, values=values))  # type: ignore[arg-type]
        scopes = self.active_scopes if self._conditions[-1].is_active(self.values) else self.inactive_scopes
        scopes.append(tuple(self._conditions))
        try:
            yield
        finally:
            self._conditions.pop()

    def imply(self, name: str, condition: Condition) -> None:
        """Make the entries of a name active only where a condition holds that the code says without a scope.

        Where a build function asks for the entry all the same, its implied conditions are dropped.

        Args:
            name: Full name of the entries; those registered before the parent stay as they are.
            condition: The condition; it counts as implied.

        Example:
            >>> hp = HyperParameters()
            >>> _ = hp.Int("layers", 1, 3), hp.Int("units_2", 8, 64)
            >>> hp.imply("units_2", Condition(name="layers", values=(3,)))
            >>> hp.values
            {'layers': 1}
        """
        implied = replace(condition, implied=True)
        names = [entry.name for entry in self._space]
        if condition.name not in names:
            raise self._unknown(condition.name)
        for entry in self._space[names.index(condition.name) + 1 :]:
            if entry.name == name:
                self._change(entry, conditions=(*entry.conditions, implied))
        self.ensure_active_values()

    # Values.

    def is_active(self, hyperparameter: "str | Entry") -> bool:
        """Return whether an entry, or any entry of that name, is active for the current values.

        Args:
            hyperparameter: An entry, or a full name, or one within the current scope.
        """
        if not isinstance(hyperparameter, str):
            return holds(hyperparameter.conditions, self.values)
        names = (hyperparameter, self._full_name(hyperparameter))
        return any(holds(entry.conditions, self.values) for entry in self._space if entry.name in names)

    def get(self, name: str) -> Any:
        """Return the value of a name within the current scope.

        Raises:
            SpaceError: If it is registered, but inactive.
            UnknownNameError: If it is not registered.
        """
        full_name = self._full_name(name)
        if full_name in self.values:
            return self.values[full_name]
        if not any(entry.name == full_name for entry in self._space):
            raise self._unknown(full_name)
        raise SpaceError(
            f"hyperparameter {full_name!r} is currently inactive",
            expected="a hyperparameter whose conditions hold",
            fix="ask `is_active` first, or read the value inside its conditional scope",
        )

    def _unknown(self, name: str) -> UnknownNameError:
        names = list(dict.fromkeys(entry.name for entry in self._space))
        close = nearest(name, names)
        return UnknownNameError(
            f"hyperparameter {name!r} does not exist",
            expected=f"one of: {', '.join(names) or 'no hyperparameter yet'}",
            fix=f"use {close!r}" if close else "register it before reading it",
        )

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def __contains__(self, name: str) -> bool:
        return self._full_name(name) in self.values

    def ensure_active_values(self) -> None:
        """Give every active entry a value, its default where it has none, and drop the values of inactive ones.

        Values of names that no entry has stay: a tuner's own notes, such as `tuner/epochs`.
        """
        held, names = self.values, {entry.name for entry in self._space}
        self.values = resolve(self._space, lambda entry: held.get(entry.name, entry.default))
        self.values.update({name: value for name, value in held.items() if name not in names})

    # Copies.

    def copy(self) -> "HyperParameters":
        """Return an independent copy."""
        twin = HyperParameters()
        twin.values, twin._space = dict(self.values), list(self._space)
        return twin

    def merge(self, hps: "HyperParameters | Iterable[Entry]", overwrite: bool = True) -> None:
        """Register the entries of another space.

        Args:
            hps: The other space, or its entries.
            overwrite: Whether an entry merged in takes the place of its namesake, and active ones fall back to its
                default.
        """
        for entry in hps.space if isinstance(hps, HyperParameters) else hps:
            self._register(entry, overwrite)

    def get_config(self) -> dict[str, Any]:
        """Return plain JSON-ready data.

        Example:
            >>> hp = HyperParameters()
            >>> _ = hp.Boolean("bias", default=True)
            >>> HyperParameters.from_config(hp.get_config()).values
            {'bias': True}
        """
        space = [{"class_name": type(entry).__name__, "config": entry.get_config()} for entry in self._space]
        return {"space": space, "values": dict(self.values)}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "HyperParameters":
        """Rebuild from `get_config`."""
        hp = cls()
        hp._space = [entry_from_config(entry["class_name"], entry["config"]) for entry in config["space"]]
        hp.values = dict(config["values"])
        return hp

    def __repr__(self) -> str:
        return f"HyperParameters({len(self._space)} entries, values={self.values!r})"
