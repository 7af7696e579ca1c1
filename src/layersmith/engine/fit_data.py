"""Data of `fit` as arrays in the order of the model's inputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.unsupported import Unsupported
from layersmith.errors import DataError

__all__ = ["FitData", "class_weights", "split_validation", "to_arrays"]


@dataclass(frozen=True, kw_only=True, eq=False)
class FitData:
    """Rows of one data set.

    Attributes:
        x: Inputs in the order of the model's flattened inputs, each `(rows, ...)`.
        y: Targets `(rows, ...)`.
        sample_weight: `(rows,)`, or None.
    """

    x: tuple[Any, ...]
    y: Any
    sample_weight: Any = None

    def __len__(self) -> int:
        return int(self.y.shape[0])

    @property
    def data(self) -> tuple[list[Any], Any, Any]:
        """What a program takes."""
        return list(self.x), self.y, self.sample_weight


def to_arrays(model: Any, x: Any, y: Any, sample_weight: Any) -> FitData:
    """Return the data as arrays on the device.

    Args:
        model: The model; its inputs name the keys of a dictionary.
        x: An array, a list of arrays, or a dictionary by input name.
        y: Targets.
        sample_weight: Weights of rows, or None.

    Raises:
        Unsupported: If something is no array (a generator, a data set, a tensor of another library).
        DataError: If lengths differ.
    """
    names = _input_names(model)
    if isinstance(x, Mapping):
        if set(names) - set(x):
            raise Unsupported("inputs in a dictionary", f"it has no {sorted(set(names) - set(x))[0]!r}")
        parts = [x[name] for name in names]
    else:
        parts = list(x) if isinstance(x, (list, tuple)) else [x]
    if len(parts) != len(names):
        raise Unsupported("inputs", f"{len(parts)} arrays for {len(names)} inputs")
    inputs = tuple(_array(part, str(tensor.dtype)) for part, tensor in zip(parts, model.inputs, strict=True))
    targets = _array(y, None)
    weights = None if sample_weight is None else _array(sample_weight, "float32")
    lengths = {int(part.shape[0]) for part in (*inputs, targets, *([] if weights is None else [weights]))}
    if len(lengths) != 1:
        got = f"arrays of {', '.join(map(str, sorted(lengths)))} rows"
        raise DataError(got, expected="as many rows of inputs, targets and weights", fix="pass arrays of one length")
    for part, tensor in zip(inputs, model.inputs, strict=True):
        _check_rank(part, tensor)
    return FitData(x=inputs, y=targets, sample_weight=weights)


def _input_names(model: Any) -> list[str]:
    """Return the key of each input, in the order of the flattened inputs, which sorts a dictionary's keys."""
    struct = getattr(model, "_inputs_struct", None)
    keys = {id(tensor): key for key, tensor in struct.items()} if isinstance(struct, Mapping) else {}
    return [keys.get(id(tensor), tensor.name.split(":")[0]) for tensor in model.inputs]


def _check_rank(part: Any, tensor: Any) -> None:
    if part.ndim != len(tensor.shape):
        raise Unsupported("inputs", f"an array of shape {part.shape} for an input of {tensor.shape}")


def _array(values: Any, dtype: str | None) -> Any:
    if not isinstance(values, np.ndarray) and not hasattr(values, "__array__") and not isinstance(values, list):
        raise Unsupported("data", f"a {type(values).__name__}, not an array")
    array = np.asarray(values)
    if array.dtype.kind not in "biuf" or array.ndim == 0:
        raise Unsupported("data", f"an array of dtype {array.dtype} and shape {array.shape}")
    wanted = dtype or ("float32" if array.dtype.kind == "f" else "int32")
    return jnp.asarray(array.astype(wanted))


def class_weights(y: NDArray[Any], weights: Mapping[int, float]) -> NDArray[np.float32]:
    """Return the weight of each row, as Keras derives it from `class_weight`: 1 for classes that are not named.

    Args:
        y: Class codes `(rows,)` or `(rows, 1)`, or one-hot `(rows, classes)`.
        weights: Weight by class code.
    """
    codes = np.argmax(y, axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else np.round(y.reshape(-1))
    return np.array([weights.get(int(code), 1.0) for code in codes], np.float32)


def split_validation(data: FitData, share: float) -> tuple[FitData, FitData]:
    """Return the first rows to train on and the last `share` to validate on, as Keras cuts them.

    Raises:
        DataError: If one side would be empty.
    """
    cut = int(np.floor(len(data) * (1.0 - share)))
    if not 0 < cut < len(data):
        got = f"validation_split={share} of {len(data)} rows"
        raise DataError(got, expected="rows on both sides", fix="use a share between 0 and 1, or validation_data")
    return _rows(data, slice(None, cut)), _rows(data, slice(cut, None))


def _rows(data: FitData, part: slice) -> FitData:
    weight = None if data.sample_weight is None else data.sample_weight[part]
    return FitData(x=tuple(values[part] for values in data.x), y=data.y[part], sample_weight=weight)
