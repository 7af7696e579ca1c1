"""From raw model inputs to the numbers a trunk learns from, with statistics of training rows only.

    table     median / interquartile scaling, smooth clipping, indicators of missing values; codes pass through
    image     `Rescaling` to [0, 1]
    series    `Normalization` per channel
    forecast  each window relative to its own level (`families.windows`)

Scaling of numeric columns follows RealMLP (Holzmüller et al. 2024, arXiv 2407.04491, section 3): subtract the median,
multiply by 1/(q75 - q25), and clip smoothly by `z / sqrt(1 + (z/3)^2)`, so that one outlier moves nothing. A column
that is constant in the training rows says nothing and is scaled to nothing, whatever new rows hold.
The statistics live in a Keras `Normalization` layer, so that a saved model needs nothing else; it divides by 1e-7 at
least, so values that differ by less than that want another unit.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from layersmith.data.spec import DataSpec, Kind
from layersmith.errors import DataError
from layersmith.families import windows
from layersmith.families.view import View
from layersmith.records import Indices

__all__ = ["LOWEST", "Tensors", "features", "fit", "inputs", "moments", "run"]

Tensors = dict[str, Any]
LOWEST = 1e-30  # what the logarithm of anything at or below zero is taken of
_CLIP = 3.0
_FARTHEST = 1e6  # its square is a float32, that of an infinite value is not
_SILENCING = 1e18  # a spread that scales any column to nothing, and whose square is a float32


def inputs(spec: DataSpec) -> Tensors:
    """Return one `keras.Input` per raw input of `spec`, by name.

    Raises:
        DataError: If a table has neither numeric nor categorical columns.
    """
    if spec.kind is Kind.TABLE:
        made = {}
        if spec.num_numeric:
            made["numeric"] = keras.Input((spec.num_numeric,), name="numeric")
        if spec.num_categorical:
            made["categorical"] = keras.Input((spec.num_categorical,), dtype="int32", name="categorical")
        if not made:
            fix = "keep at least one column besides the target"
            raise DataError(
                "the table has no column to learn from", expected="a numeric or categorical column", fix=fix
            )
        return made
    name = "image" if spec.kind is Kind.IMAGE else "series"
    return {name: keras.Input(spec.shape, name=name)}


def features(raw: Tensors, spec: DataSpec, view: View) -> Tensors:
    """Return the trunk's inputs as tensors computed from the raw ones.

    Args:
        raw: Symbolic raw inputs, by name.
        spec: What the data is.
        view: How forecast windows are seen.

    Returns:
        `{"features": ...}`; for tables with categories `"codes"` `(batch, num_categorical)`; for forecasts `"window"`,
        the standardised window that the answers are relative to.
    """
    if spec.kind is Kind.IMAGE:
        return {"features": layers.Rescaling(1.0 / spec.pixel_range)(raw["image"])}
    if spec.kind is Kind.SERIES:
        return {"features": layers.Normalization()(raw["series"])}
    if spec.kind is Kind.FORECAST:
        series = ops.log(ops.maximum(raw["series"], LOWEST)) if view.log else raw["series"]
        window = layers.Normalization()(series)
        return {"features": windows.scale_inputs(window, view.scaling), "window": window}
    made = {"features": _numeric(raw["numeric"], spec)} if spec.num_numeric else {}
    return {**made, "codes": raw["categorical"]} if spec.num_categorical else made


def _numeric(raw: Any, spec: DataSpec) -> Any:
    scaled = ops.clip(layers.Normalization()(raw), -_FARTHEST, _FARTHEST)
    clipped = scaled / ops.sqrt(1.0 + ops.square(scaled / _CLIP))
    filled = ops.nan_to_num(clipped, nan=0.0)  # the median, after scaling
    if not spec.missing:
        return filled
    watched = raw if len(spec.missing) == spec.num_numeric else ops.take(raw, list(spec.missing), axis=1)
    return layers.Concatenate()([filled, ops.cast(ops.isnan(watched), "float32")])


def fit(
    model: keras.Model, spec: DataSpec, x: Mapping[str, NDArray[Any]], rows: Indices, view: View
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Set the statistics of a model's `Normalization` layer from `rows` of `x`, and nothing else.

    Args:
        model: A model whose graph begins with `features`.
        spec: What the data is.
        x: Raw inputs by name, `(rows, ...)`.
        rows: Indices of the training rows.
        view: How forecast windows are seen.

    Returns:
        Center and spread per column or channel; empty where the model has no such layer.
    """
    found = [layer for layer in model.layers if isinstance(layer, layers.Normalization)]
    if not found:
        return np.zeros(0), np.zeros(0)
    values = np.asarray(x["numeric" if spec.kind is Kind.TABLE else "series"])[rows]
    if spec.kind is Kind.TABLE:
        center, spread = _robust(values)
    else:
        center, spread = moments(np.log(np.maximum(values, LOWEST)) if view.log else values)
    spread = np.maximum(spread, keras.config.epsilon())  # what the layer divides by at least
    store = {"0": center.astype(np.float32), "1": (spread**2).astype(np.float32), "2": np.zeros((), np.int64)}
    found[0].load_own_variables(store)
    return center, spread


def _robust(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the median and the interquartile range of each column; half the range where the quartiles coincide."""
    center, spread = np.zeros(values.shape[1]), np.full(values.shape[1], _SILENCING)
    for column in range(values.shape[1]):
        seen = values[:, column][np.isfinite(values[:, column])].astype(np.float64)
        if not seen.size:
            continue
        low, center[column], high = np.quantile(seen, [0.25, 0.5, 0.75])
        reach = seen.max() - seen.min()
        if reach > 0:
            spread[column] = high - low if high > low else reach / 2
    return center, np.minimum(spread, _SILENCING)


def moments(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return mean and standard deviation over all axes but the last; 1 for a deviation that is rounding only.

    Args:
        values: Numbers `(..., channels)`.

    Example:
        >>> moments(np.array([[1.0, 0.1], [3.0, 0.1], [2.0, 0.1]]))[1].round(3)
        array([0.816, 1.   ])
    """
    flat = values.reshape(-1, values.shape[-1]).astype(np.float64)
    mean, deviation = flat.mean(axis=0), flat.std(axis=0)
    resolution = np.finfo(np.float32).eps * np.abs(mean)
    return mean, np.where(deviation > resolution, deviation, 1.0)


def run(model: keras.Model, x: Mapping[str, NDArray[Any]], *, chunk: int = 8192) -> dict[str, NDArray[Any]]:
    """Return the stem's outputs for all rows, computed once so that no epoch computes them again."""
    num_rows = len(next(iter(x.values())))
    parts = []
    for start in range(0, max(num_rows, 1), chunk):
        out = model({name: np.asarray(values[start : start + chunk]) for name, values in x.items()}, training=False)
        parts.append({name: ops.convert_to_numpy(value) for name, value in out.items()})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
