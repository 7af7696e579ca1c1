"""Data of `fit` as arrays, in the order of the model's flattened inputs and outputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.fitting.arrays import as_array
from layersmith.engine.objective import Outputs
from layersmith.engine.objective.outputs import is_list, kind_of, spread
from layersmith.engine.program import Data
from layersmith.engine.unsupported import Unsupported
from layersmith.errors import DataError

__all__ = ["FitData", "class_weights", "read_data", "split_validation"]


@dataclass(frozen=True, kw_only=True, eq=False)
class FitData:
    """Rows of one data set.

    Attributes:
        x: Inputs, each `(rows, ...)`.
        y: Targets of each output `(rows, ...)`, None for an output without.
        sample_weight: Weights of each output's targets, None for none.
    """

    x: Sequence[NDArray[Any]]
    y: Sequence[NDArray[Any] | None]
    sample_weight: Sequence[NDArray[Any] | None]

    def __post_init__(self) -> None:
        lengths = {len(part) for part in (*self.x, *self.y, *self.sample_weight) if part is not None}
        if len(lengths) != 1:
            got = f"arrays of {', '.join(map(str, sorted(lengths)))} rows"
            raise DataError(
                got, expected="as many rows of inputs, targets and weights", fix="pass arrays of one length"
            )

    def __len__(self) -> int:
        return len(self.x[0])

    @property
    def data(self) -> Data:
        """What a program takes."""
        return list(self.x), list(self.y), list(self.sample_weight)

    @property
    def target_shapes(self) -> list[tuple[int, ...] | None]:
        """Shape of one row of each output's targets."""
        return [None if part is None else part.shape[1:] for part in self.y]

    def cut(self, rows: slice) -> "FitData":
        """Return some of the rows."""

        def part(arrays: Sequence[Any]) -> list[Any]:
            return [None if array is None else array[rows] for array in arrays]

        return FitData(x=part(self.x), y=part(self.y), sample_weight=part(self.sample_weight))


def read_data(model: Any, outputs: Outputs, x: Any, y: Any, sample_weight: Any = None) -> FitData:
    """Return the data as arrays.

    Args:
        model: The model; its inputs name the keys of a dictionary.
        outputs: The model's outputs.
        x: An array, a list of arrays, or a dictionary by input name.
        y: Targets, in the structure of the outputs or as a dictionary by output name.
        sample_weight: Weights of rows for all outputs, or in the structure of `y`; None for none.

    Raises:
        Unsupported: If something is no array (a generator, a data set), or structures do not match.
        DataError: If lengths differ.
    """
    return FitData(x=_inputs(model, x), y=_targets(outputs, y), sample_weight=_weights(outputs, y, sample_weight))


def class_weights(y: Any, weights: Mapping[int, float]) -> NDArray[np.float32]:
    """Return the weight of each row, as Keras derives it from `class_weight`: 1 for classes that are not named.

    Args:
        y: Class codes `(rows,)` or `(rows, 1)`, or one-hot `(rows, classes)`.
        weights: Weight by class code.

    Raises:
        Unsupported: If there are several outputs, or several codes in a row.

    Example:
        >>> class_weights(np.array([0, 1, 1]), {1: 0.5}).tolist()
        [1.0, 0.5, 0.5]
    """
    if kind_of(y) != "tensor":
        raise Unsupported("class_weight", "targets in a container")
    codes = as_array(y)
    if codes.ndim > 1:
        codes = np.argmax(codes, axis=-1) if codes.shape[-1] != 1 else codes[..., 0]
    if codes.ndim > 1:
        raise Unsupported("class_weight", f"targets with several codes in a row, {codes.shape[1:]}")
    found, places = np.unique(np.round(codes).astype("int32"), return_inverse=True)
    return np.array([weights.get(int(code), 1.0) for code in found], np.float32)[places]


def split_validation(data: FitData, share: float) -> tuple[FitData, FitData]:
    """Return the first rows to train on and the last `share` to validate on, as Keras cuts them.

    Raises:
        DataError: If one side would be empty.
    """
    cut = int(np.floor(len(data) * (1.0 - share)))
    if not 0 < cut < len(data):
        got = f"validation_split={share} of {len(data)} rows"
        raise DataError(got, expected="rows on both sides", fix="use a share between 0 and 1, or validation_data")
    return data.cut(slice(None, cut)), data.cut(slice(cut, None))


def _inputs(model: Any, x: Any) -> list[NDArray[Any]]:
    """Return the inputs in the order of the flattened inputs, which sorts a dictionary's keys."""
    struct = getattr(model, "_inputs_struct", None)
    keys = {id(tensor): key for key, tensor in struct.items()} if isinstance(struct, Mapping) else {}
    names = [keys.get(id(tensor), tensor.name.split(":")[0]) for tensor in model.inputs]
    if isinstance(x, Mapping):
        if set(names) - set(x):
            raise Unsupported("inputs in a dictionary", f"it has no {sorted(set(names) - set(x))[0]!r}")
        parts = [x[name] for name in names]
    else:
        parts = list(x) if is_list(x) else [x]
        if keys and list(keys.values()) != sorted(keys.values()):
            raise Unsupported("inputs", "a list for a dictionary whose keys are not sorted")
    if len(parts) != len(names):
        raise Unsupported("inputs", f"{len(parts)} arrays for {len(names)} inputs")
    return [_input(part, tensor) for part, tensor in zip(parts, model.inputs, strict=True)]


def _input(part: Any, tensor: Any) -> NDArray[Any]:
    """Return an input with a last axis of one added or dropped where the model's input asks for it, as in Keras."""
    array, shape = as_array(part, keras.backend.standardize_dtype(tensor.dtype)), tuple(tensor.shape)
    if array.ndim == len(shape) + 1 and array.shape[-1] == 1:
        array = array[..., 0]
    elif array.ndim == len(shape) - 1 and shape[-1] == 1:
        array = array[..., None]
    fits = array.ndim == len(shape) and all(
        wanted in (None, found) for wanted, found in zip(shape[1:], array.shape[1:], strict=True)
    )
    if not fits:
        raise Unsupported("inputs", f"an array of shape {array.shape} for an input of {shape}")
    return array


def _targets(outputs: Outputs, y: Any) -> list[NDArray[Any] | None]:
    if kind_of(y) == "tensor":
        if len(outputs) != 1:
            raise Unsupported("targets", f"one array for {len(outputs)} outputs")
        return [as_array(y)]
    if outputs.kind == "tensor" and isinstance(y, Mapping):
        raise Unsupported("targets", "a dictionary for a model with one output")
    parts = spread(y, outputs, "targets", partly=outputs.kind == "dict")
    return [None if part is None else as_array(part) for part in parts]


def _weights(outputs: Outputs, y: Any, sample_weight: Any) -> list[NDArray[Any] | None]:
    if sample_weight is None:
        return [None] * len(outputs)
    if kind_of(y) == "tensor":
        return [as_array(sample_weight, "float32")]
    if kind_of(y) != outputs.kind:
        raise Unsupported("sample weights", f"targets in a {kind_of(y)} for outputs in a {outputs.kind}")
    if kind_of(sample_weight) == "tensor":
        weight = as_array(sample_weight, "float32")
        if weight.shape[1:] not in ((), (1,)):
            raise Unsupported("sample weights", f"shape {weight.shape} for several outputs")
        return [weight] * len(outputs)
    if type(sample_weight) is not type(y):
        raise Unsupported("sample weights", f"in a {type(sample_weight).__name__}, targets in a {type(y).__name__}")
    parts = spread(sample_weight, outputs, "sample weights", partly=outputs.kind == "dict")
    return [None if part is None else as_array(part, "float32") for part in parts]
