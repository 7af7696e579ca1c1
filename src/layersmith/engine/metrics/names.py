"""The keys of metrics in `History`, where several have one name (`CompileMetrics.result`, keras/src/trainers)."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

__all__ = ["history_names"]

_Named: TypeAlias = tuple[str, str]  # the output's name, empty where there is only one, and the metric's


def history_names(plain: Iterable[_Named], weighted: Iterable[_Named]) -> list[str]:
    """Return the keys of the metrics, then of the weighted metrics.

    Args:
        plain: Name of the output, empty where the model has only one, and name of the metric.
        weighted: Likewise of the weighted metrics.

    Example:
        >>> history_names([("", "mae"), ("", "mae"), ("", "acc")], [("", "acc"), ("", "mse")])
        ['mae', 'mae_1', 'acc', 'weighted_acc', 'mse']
        >>> history_names([("price", "mae"), ("kind", "acc")], [("price", "mae")])
        ['price_mae', 'kind_acc', 'price_weighted_mae']
    """
    seen: Counter[str] = Counter()
    keys = [_numbered(_key(output, name), seen) for output, name in plain]
    for output, name in weighted:
        key = _key(output, name)
        keys.append(_numbered(_key(output, f"weighted_{name}") if seen[key] else key, seen))
    return keys


def _key(output: str, name: str) -> str:
    return f"{output}_{name}" if output else name


def _numbered(key: str, seen: "Counter[str]") -> str:
    seen[key] += 1
    return f"{key}_{seen[key] - 1}" if seen[key] > 1 else key
