"""The line that runs a search again."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["command_line"]

_DEFAULTS: dict[str, Any] = {"split_column": "auto", "holdout": 0.2, "strategy": "gp", "scheduler": "none"}
_IN_MEMORY = "arrays"
_NO_COLUMN = "none"  # the word of the command line
_OF_OWN = ("build", "epochs", "batch_size")
_OPTIONS = ("target", "split_column", "group", "time", "forecast", "horizon", "lookback", "kind", "task")


def command_line(settings: Mapping[str, Any]) -> str:
    """Return the command that repeats a search; a Python call where its data were in memory.

    Args:
        settings: What was asked for, as `config.json` holds it.

    Example:
        >>> budget = {"seconds": 300.0, "trials": None}
        >>> command_line({"source": "adult.csv", "budget": budget, "read": {"target": "income"}, "seed": 7})
        'layersmith search adult.csv --target income --budget 300s --seed 7'
        >>> command_line({"source": "arrays", "budget": budget, "read": {}, "seed": 7})
        "layersmith.search(x, y, budget='300s', seed=7)"
    """
    source = str(settings.get("source", ""))
    asked = _asked(settings)
    if source == _IN_MEMORY:
        return f"layersmith.search(x, y, {', '.join(f'{name}={text}' for name, text in _in_python(asked, settings))})"
    words = ["layersmith", "search", source]
    for name, value in asked.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            words += [f"--{name.replace('_', '-')}", *([] if each is True else [str(each)])]
    return shlex.join(words)


def _in_python(asked: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the arguments of a call."""
    costs = list(settings.get("costs", ()))
    for name, value in asked.items():
        if name == "split_column" and value == _NO_COLUMN:
            yield name, "None"
        elif name == "minimize":
            yield "objectives", repr([*([settings["objective"]] if settings.get("objective") else []), *costs])
        elif name == "constraint":
            yield "constraints", repr(settings["constraints"])
        elif name == "build" and ":" not in value:
            yield name, value
        elif not (name == "objective" and costs):
            yield name, repr(value)
    if settings.get("enqueue"):
        yield "enqueue", repr(list(settings["enqueue"]))


def _asked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a search in order, those at their defaults left out; the seed always stays."""
    read, budget = settings.get("read", {}), settings.get("budget", {})
    asked: dict[str, Any] = {name: read.get(name) for name in _OPTIONS}
    if read.get("split_column", "auto") is None:
        asked["split_column"] = _NO_COLUMN
    seconds = budget.get("seconds")
    asked["budget"] = None if seconds is None else f"{seconds:g}s"
    asked["max_trials"] = budget.get("trials")
    plain = ("objective", "holdout", "strategy", "scheduler", "best_score", *_OF_OWN)
    asked |= {name: settings.get(name) or None for name in plain}
    asked["minimize"] = settings.get("costs") or None
    asked["constraint"] = [f"{name}={limit:g}" for name, limit in settings.get("constraints", {}).items()] or None
    kept = {name: value for name, value in asked.items() if value is not None and _DEFAULTS.get(name) != value}
    return {**kept, "seed": settings.get("seed", 0)}
