"""What counts as an array of rows, as in Keras (keras/src/trainers/data_adapters/array_slicing.py).

NumPy arrays, pandas frames and series (a series is a column), dense tensors of JAX, TensorFlow and PyTorch, and what
else has `__array__`. Lists of numbers are none of these.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.engine.unsupported import Unsupported

__all__ = ["as_array"]


def as_array(values: Any, dtype: str | None = None) -> NDArray[Any]:
    """Return the values of an array or tensor `(rows, ...)`.

    Args:
        values: What may be an array.
        dtype: The dtype wanted; float32 for floats and int32 for other numbers where it is None.

    Raises:
        Unsupported: If it is no array of numbers with rows.

    Example:
        >>> as_array(pd.Series([1, 2])).tolist()
        [[1], [2]]
    """
    array = _dense(values)
    if array.dtype.kind not in "biuf" or array.ndim == 0:
        raise Unsupported("data", f"an array of dtype {array.dtype} and shape {array.shape}")
    wanted = dtype or ("float32" if array.dtype.kind == "f" else "int32")
    return array.astype(wanted, copy=False)


def _dense(values: Any) -> NDArray[Any]:
    if isinstance(values, pd.DataFrame):
        return _frame(values)
    if isinstance(values, pd.Series):
        return values.to_numpy()[:, None]
    if hasattr(values, "detach"):  # a tensor of PyTorch that may have gradients or lie elsewhere
        values = values.detach().cpu()
    if not hasattr(values, "__array__"):
        raise Unsupported("data", f"a {type(values).__name__}, not an array")
    return np.asarray(values)


def _frame(frame: pd.DataFrame) -> NDArray[Any]:
    """Columns of several dtypes would become objects; Keras casts the whole frame where one column is of floats."""
    if any(dtype.kind == "f" for dtype in frame.dtypes):
        return frame.astype("float32").to_numpy()
    return frame.to_numpy()
