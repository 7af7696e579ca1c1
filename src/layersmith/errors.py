"""Every exception the library raises on purpose.

    LayersmithError
    ├── DataError (ValueError)            what came in cannot be learned from
    │   └── SourceNotFoundError (FileNotFoundError)
    ├── SplitError (ValueError)           the rows cannot be split as asked
    ├── SpaceError (ValueError)           a search space or a value in it is wrong
    │   └── SpaceTypeError (TypeError)    values of a kind that cannot be there
    ├── StrategyError (ValueError)        a strategy is asked for what it cannot do
    ├── BudgetError (ValueError)          a budget that is not a time or a count
    ├── GraphError (ValueError)           a model whose graph cannot be read or exported
    ├── UnknownNameError (KeyError)       a registry has no such entry
    ├── RunFolderError (OSError)          a run folder is missing, foreign, or taken
    ├── TrainingError (RuntimeError)      no candidate could be trained
    └── MissingExtraError (ImportError)   an optional dependency is not installed

Each message answers three questions: what was got, what was expected, how to fix it.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import TypeVar

__all__ = [
    "BudgetError",
    "DataError",
    "GraphError",
    "LayersmithError",
    "MissingExtraError",
    "RunFolderError",
    "SourceNotFoundError",
    "SpaceError",
    "SpaceTypeError",
    "SplitError",
    "StrategyError",
    "TrainingError",
    "UnknownNameError",
    "lookup",
    "nearest",
]

_Value = TypeVar("_Value")


class LayersmithError(Exception):
    """The root of every exception raised on purpose.

    Args:
        got: What was found, with the offending value.
        expected: What would have been right.
        fix: What the user can do now.

    Example:
        >>> print(LayersmithError("there is no column 'incom'", expected="one of: age, income", fix="use 'income'"))
        there is no column 'incom'
          expected: one of: age, income
          fix: use 'income'
    """

    def __init__(self, got: str, *, expected: str, fix: str) -> None:
        self.got, self.expected, self.fix = got, expected, fix
        super().__init__(f"{got}\n  expected: {expected}\n  fix: {fix}")

    def __str__(self) -> str:
        return str(self.args[0])

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.got, self.expected, self.fix))


def _rebuild(kind: type[LayersmithError], got: str, expected: str, fix: str) -> LayersmithError:
    return kind(got, expected=expected, fix=fix)


class DataError(LayersmithError, ValueError):
    """What came in cannot be learned from."""


class SourceNotFoundError(DataError, FileNotFoundError):
    """The file or folder named as data does not exist."""


class SplitError(LayersmithError, ValueError):
    """The rows cannot be split as asked."""


class SpaceError(LayersmithError, ValueError):
    """A search space, or a value in it, is wrong."""


class SpaceTypeError(SpaceError, TypeError):
    """Values of a search space are of a kind that cannot be there, or of several kinds."""


class StrategyError(LayersmithError, ValueError):
    """A strategy is asked for what it cannot do."""


class BudgetError(LayersmithError, ValueError):
    """A budget that is neither a time nor a number of trials."""


class GraphError(LayersmithError, ValueError):
    """A model whose graph cannot be read, rebuilt or exported."""


class UnknownNameError(LayersmithError, KeyError):
    """A registry has no entry of that name."""


class RunFolderError(LayersmithError, OSError):
    """A run folder is missing, is not ours, or holds another run."""


class TrainingError(LayersmithError, RuntimeError):
    """No candidate could be trained."""


class MissingExtraError(LayersmithError, ImportError):
    """An optional dependency is not installed."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the entry of `names` most like `name`, or an empty string where none is close.

    Example:
        >>> nearest("incom", ["age", "income"])
        'income'
    """
    name = str(name)
    folded = {str(entry).casefold(): str(entry) for entry in names}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    return folded[close[0]] if close else ""


def lookup(registry: Mapping[str, _Value], name: str, what: str) -> _Value:
    """Return `registry[name]`; a miss names the nearest entry and lists all.

    Args:
        registry: Entries by name.
        name: The entry wanted.
        what: What the registry holds, in the singular, for the message.

    Raises:
        UnknownNameError: If the registry has no such entry.

    Example:
        >>> lookup({"tpe": 1, "random": 2}, "tpe", "strategy")
        1
    """
    if name in registry:
        return registry[name]
    close = nearest(name, registry)
    raise UnknownNameError(
        f"unknown {what} {name!r}",
        expected=f"one of: {', '.join(sorted(registry))}",
        fix=f"use {close!r}" if close else f"name a {what} from that list",
    )
