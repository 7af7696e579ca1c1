"""Keys: of a candidate, to find duplicates, and of an entry, to tell namesakes apart."""

import hashlib
import json
from collections.abc import Iterable, Mapping

import numpy as np

from layersmith.records import Value
from layersmith.space.entries import Entry

__all__ = ["fingerprint", "labels"]


def fingerprint(values: Mapping[str, Value]) -> str:
    """Return a key that is equal for equal candidates, whatever the order and the type of their numbers.

    Args:
        values: Name to value, active entries only.

    Returns:
        32 hexadecimal digits.

    Example:
        >>> fingerprint({"units": 32, "rate": 0.5}) == fingerprint({"rate": np.float64(0.5), "units": 32.0})
        True
        >>> fingerprint({"bias": True}) == fingerprint({"bias": 1})
        False
    """
    plain = {name: _canonical(value) for name, value in values.items()}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _canonical(value: object) -> object:
    plain = value.item() if isinstance(value, np.generic) else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


def labels(entries: Iterable[Entry]) -> list[str]:
    """Return one label per entry: its name, or its name and conditions where several entries share the name.

    Args:
        entries: Entries in registration order.

    Example:
        >>> from layersmith.space.hyperparameters import HyperParameters
        >>> hp = HyperParameters()
        >>> _ = hp.Choice("kind", ["dense", "conv"])
        >>> for kind, most in {"dense": 512, "conv": 64}.items():
        ...     _ = hp.Int("units", 8, most, parent_name="kind", parent_values=kind)
        >>> labels(hp.space)
        ['kind', 'units [kind=dense]', 'units [kind=conv]']
    """
    known = list(entries)
    names = [entry.name for entry in known]
    return [entry.name if names.count(entry.name) == 1 else _qualified(entry) for entry in known]


def _qualified(entry: Entry) -> str:
    said = (f"{condition.name}={'|'.join(map(str, condition.values))}" for condition in entry.conditions)
    return f"{entry.name} [{', '.join(said)}]"
