"""The keys of metrics in `History`, where several have one name (`CompileMetrics.result`, keras/src/trainers)."""

from collections import Counter
from collections.abc import Iterable

__all__ = ["history_names"]


def history_names(names: Iterable[str], weighted_names: Iterable[str]) -> list[str]:
    """Return the keys of the metrics, then of the weighted metrics.

    Example:
        >>> history_names(["mae", "mae", "acc"], ["acc", "mse"])
        ['mae', 'mae_1', 'acc', 'weighted_acc', 'mse']
    """
    seen: Counter[str] = Counter()
    keys = [_numbered(name, seen) for name in names]
    for name in weighted_names:
        keys.append(_numbered(f"weighted_{name}" if seen[name] else name, seen))
    return keys


def _numbered(name: str, seen: "Counter[str]") -> str:
    seen[name] += 1
    return f"{name}_{seen[name] - 1}" if seen[name] > 1 else name
