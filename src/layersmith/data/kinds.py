"""What one row looks like: told from shape and type, or as the user says."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.data.arrays import check_finite, check_no_missing
from layersmith.data.spec import Kind
from layersmith.errors import DataError

__all__ = ["Shaped", "infer_kind", "shape_array"]

_MIN_SIDE = 8
_IMAGE_CHANNELS = (1, 3, 4)


@dataclass(frozen=True, kw_only=True, eq=False)
class Shaped:
    """Features in the layout of their kind.

    Attributes:
        kind: What one row looks like.
        x: Frame (table) or array (image, series).
        notes: What was inferred.
    """

    kind: Kind
    x: Any
    notes: tuple[str, ...] = ()


def infer_kind(array: NDArray[Any]) -> tuple[Kind, str]:
    """Return the kind of an array, and why.

    Two dimensions are a table. Four are images, and so are 8-bit rows of two dimensions (wider than 1), or
    non-negative square rows of at least 8×8. Other rows of two dimensions are series `(steps, channels)`.

    Raises:
        DataError: If it has one dimension, or more than four.

    Example:
        >>> str(infer_kind(np.zeros((5, 28, 28), dtype=np.uint8))[0]), str(infer_kind(np.zeros((5, 150, 1)))[0])
        ('image', 'series')
    """
    shape = array.shape[1:]
    shown = "×".join(map(str, shape))
    if array.ndim == 2:
        return Kind.TABLE, f"kind: table, because x is two-dimensional ({array.shape[0]} rows, {shape[0]} columns)"
    if array.ndim == 4:
        return Kind.IMAGE, f"kind: image, because a row has shape {shown}"
    if array.ndim == 3:
        if array.dtype == np.uint8 and shape[1] > 1:
            return Kind.IMAGE, f"kind: image, because rows of shape {shown} hold 8-bit values"
        if shape[0] == shape[1] >= _MIN_SIDE and float(array.min()) >= 0:
            return Kind.IMAGE, f"kind: image, because rows are square ({shown}) and never negative"
        return Kind.SERIES, f"kind: series of {shape[0]} steps and {shape[1]} channel(s), because a row is {shown}"
    fix = "use x.reshape(-1, 1) for one feature" if array.ndim == 1 else "flatten or average the further axes"
    raise DataError(f"x has shape {array.shape}", expected="two to four dimensions", fix=fix)


def shape_array(array: NDArray[Any], kind: str | None) -> Shaped:
    """Lay an array out as its kind wants it.

    Args:
        array: Features `(rows, ...)`.
        kind: Overrules the inference.

    Raises:
        DataError: If the kind is impossible for the shape, or values are missing or infinite.
    """
    if array.dtype.kind not in "biuf" and (array.ndim > 2 or kind not in (None, Kind.TABLE)):
        got = f"x of shape {array.shape} holds {array.dtype}"
        raise DataError(got, expected="numbers", fix="convert it with x.astype('float32')")
    if kind is None:
        found, note = infer_kind(array)
        notes: tuple[str, ...] = (note,)
    else:
        found, notes = Kind(kind), ()
    layout = {Kind.TABLE: _table, Kind.IMAGE: _image, Kind.SERIES: _series}[found]
    x, note = layout(array)
    return Shaped(kind=found, x=x, notes=(*notes, note) if note else notes)


def _impossible(array: NDArray[Any], kind: Kind, expected: str) -> DataError:
    got = f"kind {str(kind)!r} for x of shape {array.shape}"
    return DataError(got, expected=expected, fix="reshape x, or leave kind out to have it inferred")


def _table(array: NDArray[Any]) -> tuple[pd.DataFrame, str]:
    if array.ndim < 2:
        raise _impossible(array, Kind.TABLE, "(rows, columns)")
    flat = array.reshape(len(array), -1)
    note = f"rows of shape {array.shape[1:]} were flattened to {flat.shape[1]} columns" if array.ndim > 2 else ""
    return pd.DataFrame(flat, columns=[f"x{i}" for i in range(flat.shape[1])]), note


def _image(array: NDArray[Any]) -> tuple[NDArray[Any], str]:
    if array.ndim not in (3, 4):
        raise _impossible(array, Kind.IMAGE, "(rows, height, width) or (rows, height, width, channels)")
    note = ""
    if array.ndim == 3:
        array = array[..., np.newaxis]
    elif array.shape[-1] not in _IMAGE_CHANNELS and array.shape[1] in _IMAGE_CHANNELS:
        array = np.ascontiguousarray(np.moveaxis(array, 1, -1))
        note = f"channels came first and were moved to the end: a row is {array.shape[1:]}"
    return _numeric(array), note


def _series(array: NDArray[Any]) -> tuple[NDArray[Any], str]:
    if array.ndim not in (2, 3):
        raise _impossible(array, Kind.SERIES, "(rows, steps) or (rows, steps, channels)")
    return _numeric(array if array.ndim == 3 else array[..., np.newaxis]).astype(np.float32), ""


def _numeric(array: NDArray[Any]) -> NDArray[Any]:
    """8-bit arrays stay as they are, others become float32."""
    if array.dtype == np.uint8:
        return array
    check_finite(array, "x")
    check_no_missing(array, "x")
    return array.astype(np.float32)
