"""Data sets that hand out `(x, y)` batch by batch, collected into arrays.

`tf.data.Dataset`, PyTorch's `DataLoader` and `Dataset`, Keras' `Sequence` or `PyDataset`, and generators are told by
what they can do, so none of these libraries is imported.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.data.arrays import to_array
from layersmith.data.material import Material
from layersmith.errors import DataError

__all__ = ["is_loader", "read_loader"]

_EXPECTED = "(x, y) pairs of arrays"


def is_loader(source: Any) -> bool:
    """Whether a source hands out batches or rows one after the other.

    Example:
        >>> is_loader((batch for batch in [])), is_loader([1, 2]), is_loader("data.csv")
        (True, False, False)
    """
    if isinstance(source, str | bytes | list | tuple | dict | set) or hasattr(source, "__array__"):
        return False
    indexed = hasattr(source, "__getitem__") and hasattr(source, "__len__") and not hasattr(source, "dtypes")
    return hasattr(source, "__next__") or hasattr(source, "as_numpy_iterator") or hasattr(source, "__iter__") or indexed


def read_loader(source: Any, *, max_bytes: int) -> Material:
    """Collect all batches.

    Args:
        source: A loader of batches `(x, y)` with arrays `(batch, ...)`, or of single rows.
        max_bytes: Bytes at most; an endless loader ends here.

    Raises:
        DataError: If it is endless, larger than `max_bytes`, empty, or hands out something else than `(x, y)`.

    Example:
        >>> batches = ((np.ones((2, 3)), np.array([0, 1])) for _ in range(3))
        >>> read_loader(batches, max_bytes=1000).x.shape
        (6, 3)
    """
    _check_finite_length(source)
    parts: list[tuple[NDArray[Any], NDArray[Any]]] = []
    size = 0
    for entry in _entries(source):
        x, y = _pair(entry, len(parts))
        size += x.nbytes + y.nbytes
        if size > max_bytes:
            got = f"the loader holds more than max_bytes = {max_bytes:,} bytes (reached at batch {len(parts)})"
            raise DataError(got, expected="data that fits in memory", fix="raise max_bytes, or take fewer batches")
        parts.append((x, y))
    name = type(source).__name__
    if not parts:
        fix = "check the loader; a generator can be read only once"
        raise DataError(f"the loader {name} handed out nothing", expected=_EXPECTED, fix=fix)
    x, y = _joined(parts)
    note = f"{name}: {len(x)} rows from {len(parts)} batches were collected ({size:,} of at most {max_bytes:,} bytes)"
    return Material(x=x, y=y, source=f"loader {name}", notes=(note,))


def _check_finite_length(source: Any) -> None:
    """TensorFlow says -1 for an endless data set."""
    if hasattr(source, "cardinality") and int(source.cardinality()) == -1:
        raise DataError("the tf.data.Dataset is infinite", expected="a finite one", fix="end it with .take(n)")


def _entries(source: Any) -> Iterator[Any]:
    """Sequences without `__iter__`, and those that never raise IndexError, are walked by their length."""
    if hasattr(source, "as_numpy_iterator"):
        yield from source.as_numpy_iterator()
    elif hasattr(source, "__iter__") and not (hasattr(source, "__getitem__") and hasattr(source, "__len__")):
        yield from source
    else:
        for i in range(len(source)):
            yield source[i]


def _pair(entry: Any, number: int) -> tuple[NDArray[Any], NDArray[Any]]:
    if not isinstance(entry, tuple | list) or len(entry) not in (2, 3):
        got = f"batch {number} is a {type(entry).__name__}, not (x, y)"
        raise DataError(got, expected=_EXPECTED, fix="make the loader hand out (features, target)")
    if isinstance(entry[0], dict | tuple | list) and any(hasattr(part, "shape") for part in _parts(entry[0])):
        got = f"batch {number} has several inputs"
        raise DataError(got, expected="one array of features", fix="concatenate them, or pass a DataFrame")
    return _piece(entry[0], "x"), _piece(entry[1], "y")


def _parts(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)


def _piece(value: Any, what: str) -> NDArray[Any]:
    if np.ndim(value) == 0 and not hasattr(value, "detach"):
        return np.asarray(value)
    if hasattr(value, "detach"):
        return np.asarray(value.detach().cpu())
    return to_array(value, f"{what} of the loader")


def _joined(parts: list[tuple[NDArray[Any], NDArray[Any]]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Concatenate batches; single rows (targets without a length of their own) are stacked."""
    x, y = parts[0]
    batched = y.ndim > 0 and x.ndim > 0 and len(x) == len(y)
    join = np.concatenate if batched else np.stack
    try:
        return join([part[0] for part in parts]), join([part[1] for part in parts])
    except ValueError as error:
        got = f"batches of different shapes: {error}"
        raise DataError(got, expected="rows of one shape", fix="pad or resize them to one shape") from error
