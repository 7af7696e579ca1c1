"""Finding out a space by building models: entries inside conditional scopes, and conditions that the code implies.

A scope that does not hold hides what its code asks for only where it does, so a build follows for each scope that was
never active. `for i in range(hp.Int("layers", 1, 3))` is a condition too, without a scope: a build with another number
of layers asks for other entries. Whole numbers up to 64 are tried for that in advance, anything else once a build asks
for an entry that was not known.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from layersmith.records import Value
from layersmith.space.conditions import Condition
from layersmith.space.entries import Entry, Int
from layersmith.space.hyperparameters import HyperParameters

__all__ = ["Builder", "explore", "imply_conditions"]

_LOG = logging.getLogger(__name__)
_COUNT_AT_MOST = 64  # of a whole number that may count layers


@dataclass(frozen=True, kw_only=True)
class Builder:
    """A function that builds a model, and what its errors mean.

    Attributes:
        build: Returns a model of some values.
        fatal: Errors that always go through.
        failed: Errors that say that these values have no model, those of the defaults too; of other errors the ones of
            the defaults go through.
    """

    build: Callable[[HyperParameters], Any]
    fatal: tuple[type[Exception], ...] = ()
    failed: tuple[type[Exception], ...] = ()


def explore(build: Builder, space: HyperParameters, *, loops: bool) -> HyperParameters:
    """Return the space with every entry that building models brings to light.

    Args:
        build: Makes models.
        space: What is known in advance.
        loops: Whether to look for conditions that the code implies.

    Raises:
        Exception: Whatever the build with the defaults raises, unless it says that the trial failed.

    Example:
        >>> def build(hp):
        ...     return [hp.Int(f"units_{layer}", 8, 64) for layer in range(hp.Int("layers", 1, 2))]
        >>> for entry in explore(Builder(build=build), HyperParameters(), loops=True).space:
        ...     print(entry.name, *(f"where {one.name} in {one.values}" for one in entry.conditions))
        layers
        units_0
        units_1 where layers in (2,)
    """
    found = space.copy()
    builds = [_built(build, found, {}, strict=True)]
    found.merge(builds[0], overwrite=False)
    builds += _open_scopes(build, found, builds[0])
    for parent in [entry for entry in found.space if loops and _may_count(entry)]:
        built = next((hp for hp in builds if parent.name in hp.requested and hp.is_active(parent)), None)
        if built is not None:
            _follow_loop(build, found, parent, built)
    return found


def _open_scopes(build: Builder, found: HyperParameters, first: HyperParameters) -> list[HyperParameters]:
    """Build once for each scope that was never active, and return the builds; a scope may open others."""
    opened, closed, builds = list(first.active_scopes), list(first.inactive_scopes), []
    while closed:
        scope = closed.pop(0)
        if scope in opened:
            continue
        built = _built(build, found, {condition.name: condition.values[0] for condition in scope})
        found.merge(built, overwrite=False)
        opened += [scope, *built.active_scopes]
        closed += built.inactive_scopes
        builds.append(built)
    return builds


def _may_count(entry: Entry) -> bool:
    return isinstance(entry, Int) and entry.size > 1 and entry.max_value <= _COUNT_AT_MOST


def _follow_loop(build: Builder, found: HyperParameters, parent: Entry, built: HyperParameters) -> None:
    """Build with the value farthest from the one built; where others are asked for, with all of them."""
    value, values = built.values[parent.name], dict(built.values)
    grid = parent.grid(_COUNT_AT_MOST)
    farthest = grid[0] if value == grid[-1] else grid[-1]
    far = _built(build, found, {**values, parent.name: farthest})
    if set(far.requested) != set(built.requested):
        _imply(build, found, parent, {value: built, farthest: far}, known=set())


def imply_conditions(build: Builder, space: HyperParameters, hp: HyperParameters) -> None:
    """Find what the entries that a build has asked for beyond the space depend on.

    A parent is an entry without whose value the new ones would not have been asked for.

    Args:
        build: Makes models.
        space: What was known before.
        hp: What the build was given; new entries in it become conditional.
    """
    known = {entry.name for entry in space.space}
    new = [name for name in dict.fromkeys(hp.requested) if name not in known]
    before = hp.requested[: hp.requested.index(new[0])] if new else []
    for parent in [entry for entry in space.space if entry.name in before and _may_decide(entry, hp)]:
        built = _built(build, hp, {**hp.values, parent.name: parent.default})
        if not set(new) & set(built.requested):
            _imply(build, hp, parent, {hp.values[parent.name]: hp, parent.default: built}, known=known)


def _may_decide(entry: Entry, hp: HyperParameters) -> bool:
    return 1 < (entry.size or 0) <= _COUNT_AT_MOST and hp.values.get(entry.name, entry.default) != entry.default


def _imply(
    build: Builder, space: HyperParameters, parent: Entry, built: dict[Value, HyperParameters], *, known: set[str]
) -> None:
    """Make what is asked for under some values of the parent only conditional on these.

    Args:
        build: Makes models.
        space: Whose entries become conditional.
        parent: The entry they depend on.
        built: What was asked for under two values of the parent or more; the first has the other values to build with.
        known: Names that stay as they are.
    """
    values, choices = dict(next(iter(built.values())).values), parent.grid(_COUNT_AT_MOST)
    builds = {one: built.get(one) or _built(build, space, {**values, parent.name: one}) for one in choices}
    for hp in builds.values():
        space.merge(hp, overwrite=False)
    for entry in [entry for entry in space.space if entry.name not in known]:
        active = tuple(choice for choice, hp in builds.items() if entry.name in hp.requested)
        said = parent.name in {condition.name for condition in entry.conditions}
        if 0 < len(active) < len(choices) and not said:
            space.imply(entry.name, Condition(name=parent.name, values=active))


def _built(
    build: Builder, space: HyperParameters, values: Mapping[str, Value], *, strict: bool = False
) -> HyperParameters:
    """Return what a build was given, and has asked for, under some values and the defaults of the rest."""
    hp = space.copy()
    hp.values = dict(values)
    hp.ensure_active_values()
    try:
        build.build(hp)
    except build.fatal:
        raise
    except Exception as error:
        if strict and not isinstance(error, build.failed):
            raise
        _LOG.info("building a model of %s to look at the space failed: %s", dict(values), error)
    return hp
