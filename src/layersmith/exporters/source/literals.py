"""Plain values -> Python expressions: numbers, text, containers, NumPy arrays, slices."""

import json
import math
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.errors import GraphError
from layersmith.exporters.source.expression import Expression, Group, Item, call, flat, sequence

__all__ = ["index", "literal"]

_MOST_VALUES = 10_000
_FEWER_DIGITS = 4
_SMALLEST_NORMAL = float(np.finfo(np.float32).smallest_normal)


def literal(value: Any) -> Expression:
    """Return the expression that makes `value`.

    A float that is a rounded float32 is written with the digits a float32 holds: 0.001, not 0.0010000000474974513.

    Raises:
        GraphError: If the value has no literal form, or is an array of more than 10,000 values.

    Example:
        >>> print(flat(literal({"axis": (0, -1), "rate": 0.0010000000474974513})))
        {"axis": (0, -1), "rate": 0.001}
    """
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, np.generic):
        return f"np.{value.dtype.name}({flat(literal(value.item()))})"
    if isinstance(value, dict):
        return Group(
            bracket="{", items=tuple(Item(value=literal(v), prefix=f"{flat(literal(k))}: ") for k, v in value.items())
        )
    if isinstance(value, list | tuple):
        return sequence("[" if isinstance(value, list) else "(", *map(literal, value))
    return _scalar(value)


def index(key: Any) -> str:
    """Return what stands between the brackets of `x[key]`.

    Example:
        >>> index((slice(None), -1, None, slice(1, 9, 2), ...))
        ':, -1, None, 1:9:2, ...'
    """
    if isinstance(key, tuple):
        return ", ".join(map(index, key)) + ("," if len(key) == 1 else "")
    if isinstance(key, slice):
        step = "" if key.step is None else f":{key.step}"
        return f"{_bound(key.start)}:{_bound(key.stop)}{step}"
    return flat(literal(key))


def _bound(value: int | None) -> str:
    return "" if value is None else str(value)


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool | int):
        return str(value)
    if isinstance(value, EllipsisType):
        return "..."
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, slice):
        return f"slice({value.start}, {value.stop}, {value.step})"
    raise GraphError(
        f"a value of type {type(value).__name__} has no form in source code: {value!r}",
        expected="numbers, text, lists, dictionaries, arrays, or objects that Keras can serialize",
        fix="save the model as a .keras file instead",
    )


def _number(value: float) -> str:
    if not math.isfinite(value):
        return f'float("{value}")'
    exact = repr(value)
    if abs(value) < _SMALLEST_NORMAL:  # a subnormal float32 holds too few digits to stand for the value
        return exact
    with np.errstate(over="ignore"):
        short = np.float32(value)
    rounded = repr(float(str(short)))
    return rounded if float(short) == value and len(rounded) + _FEWER_DIGITS <= len(exact) else exact


def _array(array: NDArray[Any]) -> Expression:
    if array.size > _MOST_VALUES:
        raise GraphError(
            f"a constant of shape {array.shape} with {array.size} values",
            expected=f"at most {_MOST_VALUES} values for a constant in source code",
            fix="keep it as a weight of a layer, or save the model as a .keras file",
        )
    if array.ndim == 0:
        return f"np.{array.dtype.name}({flat(literal(array.item()))})"
    return call("np.array", literal(array.tolist()), dtype=json.dumps(array.dtype.name))
