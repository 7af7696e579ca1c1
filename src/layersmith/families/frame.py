"""What surrounds a trunk: preprocessing before it, the target's scale after it, fitted on training rows only.

    raw inputs ── stem ──> features ── trunk ──> scaled outputs ── tail ──> answers in the user's unit

While candidates train, `encode` runs the stem once and scales the targets; afterwards `assemble` joins stem, trunk and
tail into one plain Keras model that takes raw numbers and gives answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from layersmith.data.spec import DataSpec, Kind
from layersmith.families import head, stem, trunk, windows
from layersmith.families.initial import drawn_by_numpy
from layersmith.families.naming import copy_weights, rename
from layersmith.families.view import View
from layersmith.records import Indices
from layersmith.space import HyperParameters

__all__ = ["Frame", "assemble", "decode", "encode", "fit", "view_of"]

Arrays = Mapping[str, NDArray[Any]]
_HIGHEST = 80.0  # a logarithm whose exponential is still a float32


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """Fitted preprocessing and target scale.

    Attributes:
        spec: What the data is.
        stem: Raw inputs to features.
        mean: Mean of the targets `(num_outputs,)`, of the series for a forecast.
        deviation: Standard deviation of the targets, likewise.
        view: How forecast windows are seen.
    """

    spec: DataSpec
    stem: keras.Model
    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]
    view: View


def fit(hp: HyperParameters, spec: DataSpec, x: Arrays, y: NDArray[Any], rows: Indices) -> Frame:
    """Return the frame fitted on `rows`.

    Args:
        hp: The candidate's values; only forecasts depend on them.
        spec: What the data is.
        x: Raw inputs by name, `(rows, ...)`.
        y: Targets `(rows, ...)`.
        rows: Indices of the training rows.
    """
    view = view_of(hp, spec)
    raw = stem.inputs(spec)
    model = keras.Model(raw, stem.features(raw, spec, view))
    moments = stem.fit(model, spec, x, rows, view)
    mean, deviation = (moments[0][:1], moments[1][:1]) if spec.kind is Kind.FORECAST else _target_scale(spec, y, rows)
    return Frame(
        spec=spec, stem=model, mean=np.asarray(mean, np.float32), deviation=np.asarray(deviation, np.float32), view=view
    )


def view_of(hp: HyperParameters, spec: DataSpec) -> View:
    """Return how the candidate in `hp` sees forecast windows; the only part of a frame that depends on it."""
    if spec.kind is not Kind.FORECAST:
        return View()
    return View(scaling=str(hp.get("window_scaling")), log=bool(hp.get("window_log")))


def _target_scale(spec: DataSpec, y: NDArray[Any], rows: Indices) -> tuple[NDArray[Any], NDArray[Any]]:
    if spec.task.is_classification:
        return np.zeros(1), np.ones(1)
    return stem.moments(y[rows].reshape(len(rows), -1))


def encode(frame: Frame, x: Arrays, y: NDArray[Any]) -> tuple[dict[str, NDArray[Any]], NDArray[Any]]:
    """Return features and scaled targets of all rows.

    Args:
        frame: The fitted frame.
        x: Raw inputs by name.
        y: Targets in the user's unit.
    """
    features = stem.run(frame.stem, x)
    window = features.pop("window", None)
    if frame.spec.task.is_classification:
        return features, y
    values = np.log(np.maximum(y, stem.LOWEST)) if frame.view.log else y
    scaled = (values.reshape(len(y), -1) - frame.mean) / frame.deviation
    if window is not None:
        scaled = ops.convert_to_numpy(windows.scale_targets(scaled, window, frame.view.scaling))
    return features, np.asarray(scaled, np.float32)


def decode(frame: Frame, outputs: NDArray[Any], x: Arrays) -> NDArray[Any]:
    """Return a trunk's outputs in the user's unit: probabilities as they are, values unscaled.

    Args:
        frame: The fitted frame.
        outputs: What the trunk gave `(rows, num_outputs)`.
        x: The raw inputs of the same rows.
    """
    if frame.spec.task.is_classification:
        return outputs
    if frame.spec.kind is Kind.FORECAST:
        window = stem.run(frame.stem, x)["window"]
        outputs = ops.convert_to_numpy(windows.unscale_outputs(outputs, window, frame.view.scaling))
    values = outputs * frame.deviation + frame.mean
    return np.exp(np.minimum(values, _HIGHEST)) if frame.view.log else values


def assemble(frame: Frame, hp: HyperParameters, trained: keras.Model) -> keras.Model:
    """Return one compiled Keras model of stem, trunk and tail, with the trained weights.

    Args:
        frame: The fitted frame.
        hp: The candidate's values.
        trained: Its trunk, from `trunk.build`.
    """
    spec = frame.spec
    raw = stem.inputs(spec)
    features = stem.features(raw, spec, frame.view)
    outer = {id(layer) for layer in keras.Model(raw, features).layers}
    window = features.pop("window", None)
    with drawn_by_numpy():
        outputs = trunk.tensors(features, hp, spec)
        core = [layer for layer in keras.Model(raw, outputs).layers if id(layer) not in outer]
        model = keras.Model(raw, _tail(frame, outputs, window))
        copy_weights(trained.layers, core)
        copy_weights(frame.stem.layers, [layer for layer in model.layers if id(layer) in outer])
        named = rename(model)
    named.compile(trunk.optimizer(trunk.recipe(hp, spec)), loss=head.loss(spec), metrics=head.metrics(spec))
    named.optimizer.build(named.trainable_variables)  # else loading the saved model warns that it has no state
    return named


def _tail(frame: Frame, outputs: Any, window: Any) -> Any:
    if frame.spec.task.is_classification:
        return outputs
    if window is not None:
        outputs = windows.unscale_outputs(outputs, window, frame.view.scaling)
    scale, offset = frame.deviation.tolist(), frame.mean.tolist()
    values = layers.Rescaling(scale if len(scale) > 1 else scale[0], offset if len(offset) > 1 else offset[0])(outputs)
    return ops.exp(ops.minimum(values, _HIGHEST)) if frame.view.log else values
