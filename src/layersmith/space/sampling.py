"""Candidates of a space: drawn, completed, checked, or all of them."""

from collections.abc import Iterator, Mapping

import numpy as np

from layersmith.errors import SpaceError, nearest
from layersmith.records import Value
from layersmith.space.conditions import holds, resolve
from layersmith.space.entries import Entry
from layersmith.space.hyperparameters import HyperParameters

__all__ = ["active", "complete", "enumerate_space", "is_finite", "sample", "validate"]


def sample(space: HyperParameters, rng: np.random.Generator) -> dict[str, Value]:
    """Draw a candidate: a value for each active entry.

    Args:
        space: The space; its own values play no part.
        rng: Where the draws come from.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Choice("activation", ["relu", "tanh"])
        >>> sample(hp, np.random.default_rng(0))
        {'activation': 'tanh'}
    """
    return resolve(space.space, lambda entry: entry.random(rng))


def complete(space: HyperParameters, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return a whole candidate: active entries only, defaults where `values` is silent.

    Raises:
        SpaceError: If `values` holds a name that the space lacks.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Int("units", 8, 64), hp.Boolean("bias", default=True)
        >>> complete(hp, {"units": 16})
        {'units': 16, 'bias': True}
    """
    _check_names(space, values)
    return resolve(space.space, lambda entry: values.get(entry.name, entry.default))


def active(space: HyperParameters, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the given values whose entries are active.

    Raises:
        SpaceError: If `values` holds a name that the space lacks.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Boolean("deep"), hp.Int("layers", 2, 9, parent_name="deep", parent_values=True)
        >>> active(hp, {"deep": False, "layers": 3})
        {'deep': False}
    """
    return {name: value for name, value in complete(space, values).items() if name in values}


def validate(space: HyperParameters, values: Mapping[str, Value]) -> None:
    """Check a candidate: every active entry has a value of its range, and there is nothing else.

    Raises:
        SpaceError: Naming the entry, the value and the range.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Int("units", 8, 64)
        >>> validate(hp, {"units": 65})
        Traceback (most recent call last):
        layersmith.errors.SpaceError: hyperparameter 'units' has the value 65
          expected: a whole number from 8 to 64 (linear)
          fix: choose a value from that range
    """
    _check_names(space, values)
    expected = resolve(space.space, lambda entry: _checked(entry, values))
    for name in values:
        if name not in expected:
            raise SpaceError(
                f"hyperparameter {name!r} has the value {values[name]!r}, but is inactive",
                expected=f"values of {', '.join(expected)} only",
                fix="leave it out, or change the value of its parent",
            )


def is_finite(space: HyperParameters) -> bool:
    """Return whether the space has finitely many candidates.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Float("rate", 0.0, 0.5)
        >>> is_finite(hp)
        False
    """
    return all(entry.size is not None for entry in space.space)


def enumerate_space(space: HyperParameters, num_values: int | None = None) -> Iterator[dict[str, Value]]:
    """Yield every candidate once, the last entry changing fastest.

    Args:
        space: The space.
        num_values: Values per entry at most, evenly spread; None for all of them.

    Raises:
        SpaceError: If an entry has no end of values and `num_values` is None.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Boolean("deep"), hp.Int("layers", 2, 3, parent_name="deep", parent_values=True)
        >>> for values in enumerate_space(hp):
        ...     print(values)
        {'deep': False}
        {'deep': True, 'layers': 2}
        {'deep': True, 'layers': 3}
    """
    entries = space.space
    for entry in entries:
        if num_values is None and entry.size is None:
            raise SpaceError(
                f"hyperparameter {entry.name!r} is {entry.describe()}",
                expected="a step, so that its values can be listed",
                fix="give it a step, or say how many values to take with `num_values`",
            )
    return _branches(entries, 0, {}, num_values)


def _branches(
    entries: list[Entry], place: int, values: dict[str, Value], num_values: int | None
) -> Iterator[dict[str, Value]]:
    if place == len(entries):
        yield values
        return
    entry = entries[place]
    if entry.name in values or not holds(entry.conditions, values):
        yield from _branches(entries, place + 1, values, num_values)
        return
    for value in entry.grid(num_values if num_values is not None else entry.size or 1):
        yield from _branches(entries, place + 1, {**values, entry.name: value}, num_values)


def _checked(entry: Entry, values: Mapping[str, Value]) -> Value:
    if entry.name in values and entry.contains(values[entry.name]):
        return values[entry.name]
    said = f"has the value {values[entry.name]!r}" if entry.name in values else "has no value"
    raise SpaceError(
        f"hyperparameter {entry.name!r} {said}", expected=entry.describe(), fix="choose a value from that range"
    )


def _check_names(space: HyperParameters, values: Mapping[str, Value]) -> None:
    names = list(dict.fromkeys(entry.name for entry in space.space))
    for name in values:
        if name not in names:
            close = nearest(name, names)
            raise SpaceError(
                f"the space has no hyperparameter {name!r}",
                expected=f"one of: {', '.join(names) or 'no hyperparameter at all'}",
                fix=f"use {close!r}" if close else "leave it out",
            )
