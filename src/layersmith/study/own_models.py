"""The user's own models: a function `build(hp)` that returns compiled Keras models is the space.

A model gets rows as the user gave them: arrays as they are, a table's numbers unscaled in their columns' order (its
categories, if any, as codes beside them); class labels as whole numbers from 0, one-hot where the loss wants that.
"""

import importlib.util
import sys
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from layersmith.data.dataset import Dataset
from layersmith.data.spec import Kind, Task
from layersmith.engine import Rows
from layersmith.errors import DataError, SpaceError
from layersmith.families import Established
from layersmith.families.initial import drawn_by_numpy
from layersmith.families.training import patience
from layersmith.records import Candidate, Indices, Recipe
from layersmith.space import Builder, HyperParameters, explore

__all__ = ["OwnModels", "build_function"]

_EPOCHS, _BATCH_SIZE = 100, 32
_OWN = "own"


class OwnModels:
    """The models that a function builds.

    The space is found by building: what a scope that does not hold, or a loop, hides is looked for, as with
    `layersmith.keras_tuner`. Hyperparameters named `epochs` and `batch_size` are those of the training.

    Args:
        dataset: Encoded rows.
        build: From hyperparameters to a compiled Keras model.
        epochs: Epochs at most, unless the space has its own.
        batch_size: Rows of a batch, unless the space has its own.

    Raises:
        DataError: If the data are a forecast, or numbers are missing.
        SpaceError: If what is built is no compiled Keras model for these rows.
    """

    def __init__(
        self,
        dataset: Dataset,
        build: Callable[[HyperParameters], Any],
        *,
        epochs: int | None = None,
        batch_size: int | None = None,
    ) -> None:
        _require_plain(dataset)
        self._dataset, self._build = dataset, build
        self._epochs, self._batch_size = epochs or _EPOCHS, batch_size or _BATCH_SIZE
        with drawn_by_numpy():
            self.space = explore(Builder(build=build), HyperParameters(), loops=True)
        self.portfolio: Sequence[Established] = ()
        model = self.build(self.space.copy(), Rows(x=dataset.x, y=dataset.y))  # what is wrong is noticed here
        self._finish = _finish_of(model, dataset.spec.task)
        self._rows = Rows(x=dataset.x, y=_targets(model, dataset))

    def values(self, candidate: Candidate) -> HyperParameters:
        """See `Architectures.values`."""
        hp = self.space.copy()
        hp.values = dict(candidate.values)
        hp.ensure_active_values()
        return hp

    def recipe(self, hp: HyperParameters) -> Recipe:
        """See `Architectures.recipe`: the model's own optimizer, until the validation loss no longer falls."""
        epochs = int(hp.values.get("epochs") or self._epochs)
        return Recipe(
            optimizer=_OWN,
            schedule=_OWN,
            batch_size=int(hp.values.get("batch_size") or self._batch_size),
            epochs=epochs,
            patience=patience(epochs, self._dataset.spec.num_rows // 5),
        )

    def view(self, hp: HyperParameters) -> Hashable:
        """See `Architectures.view`; there is no preprocessing."""
        del hp
        return ()

    def fit(self, hp: HyperParameters, rows: Indices) -> tuple[None, Rows]:
        """See `Architectures.fit`."""
        del hp, rows
        return None, self._rows

    def build(self, hp: HyperParameters, rows: Rows) -> Any:
        """See `Architectures.build`.

        Raises:
            SpaceError: If what is built is no compiled Keras model for such rows.
        """
        with drawn_by_numpy():
            model = self._build(hp)
            _require_model(model)
            if not model.built and len(rows.x) == 1:
                model.build((None, *next(iter(rows.x.values())).shape[1:]))
        if getattr(model, "inputs", None):  # a model whose calls are Python code tells neither inputs nor outputs
            _require_rows(model, rows, self._dataset.spec)
        return model

    def decode(self, frame: Any, outputs: NDArray[Any], rows: Indices) -> NDArray[Any]:
        """See `Architectures.decode`."""
        del frame, rows
        values = np.asarray(outputs).reshape(len(outputs), -1)
        return values if self._finish is None else np.asarray(keras.ops.convert_to_numpy(self._finish(values)))

    def assemble(self, frame: Any, hp: HyperParameters, model: Any) -> Any:
        """See `Architectures.assemble`: the model itself, logits turned into probabilities behind it."""
        del frame, hp
        if self._finish is None:
            return model
        whole = keras.Model(model.inputs, self._finish(model.outputs[0]))
        whole.compile(model.optimizer, metrics=["accuracy"])
        return whole

    def fit_to_time(self, rows: int, seconds: float) -> tuple[Established, ...]:
        """See `Architectures.fit_to_time`; there is no portfolio."""
        del rows, seconds
        return ()


def build_function(place: str) -> Callable[[HyperParameters], Any]:
    """Return the function that `file.py:name` names.

    Args:
        place: Path of a Python file, a colon, and the name of a function in it.

    Raises:
        SpaceError: If there is none.
    """
    path, _, name = place.rpartition(":")
    fix = "name it like models.py:build_model"
    if not Path(path).is_file():
        raise SpaceError(f"build {place!r}", expected="a Python file, a colon and a function's name", fix=fix)
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise SpaceError(f"build {place!r}", expected="a Python file that can be imported", fix=fix)
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(Path(path).resolve().parent))  # what stands beside the file may be imported by it
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    function = getattr(module, name, None)
    if not callable(function):
        functions = sorted(key for key, value in vars(module).items() if callable(value) and not key.startswith("_"))
        raise SpaceError(f"{path} has no function {name!r}", expected=f"one of: {', '.join(functions)}", fix=fix)
    found: Callable[[HyperParameters], Any] = function
    return found


def _require_plain(dataset: Dataset) -> None:
    if dataset.spec.kind is Kind.FORECAST:
        raise DataError(
            "a forecast with build",
            expected="a table, images or series",
            fix="leave build out, or give windows as series",
        )
    missing = dataset.spec.missing
    if missing:
        raise DataError(
            f"{len(missing)} columns with missing numbers, which the model of build would take as they are",
            expected="numbers throughout",
            fix="fill them in first, or leave build out",
        )


def _require_model(model: Any) -> None:
    if not isinstance(model, keras.Model):
        raise SpaceError(
            f"build returned {type(model).__name__}", expected="a keras.Model", fix="return the compiled model"
        )
    if getattr(model, "optimizer", None) is None:
        raise SpaceError(
            f"build returned the model {model.name!r}, which is not compiled",
            expected="a compiled keras.Model",
            fix="call model.compile(optimizer, loss) in build",
        )


def _require_rows(model: Any, rows: Rows, spec: Any) -> None:
    """Check a model's inputs and output against the data."""
    shapes = {name: tuple(values.shape[1:]) for name, values in rows.x.items()}
    taken = {tensor.name: tuple(tensor.shape[1:]) for tensor in model.inputs}
    pairs = (
        list(zip(shapes.values(), taken.values(), strict=False))
        if len(taken) == 1
        else [(shapes.get(name, ()), shape) for name, shape in taken.items()]
    )
    if len(shapes) != len(taken) or not all(_fits(*pair) for pair in pairs):
        raise SpaceError(
            f"the model of build takes rows of {_shown(taken)}",
            expected=f"rows of {_shown(shapes)}",
            fix="make its inputs of these shapes" + ("" if len(shapes) == 1 else ", and name them so"),
        )
    if len(model.outputs) != 1:
        raise SpaceError(
            f"the model of build has {len(model.outputs)} outputs",
            expected="one output",
            fix="tune one output at a time",
        )
    units = tuple(model.outputs[0].shape[1:])
    wanted = {
        (spec.num_outputs,),
        *([(2,)] if spec.task is Task.BINARY else []),
        *([()] if spec.num_outputs == 1 else []),
    }
    if units not in wanted:
        raise SpaceError(
            f"the model of build gives rows of shape {units}",
            expected=f"one of {sorted(wanted)} for {spec.task} with {spec.num_outputs} outputs",
            fix="change the last layer, or say task=",
        )


def _fits(given: tuple[int, ...], taken: tuple[int | None, ...]) -> bool:
    pairs = zip(given, taken, strict=False)
    return len(given) == len(taken) and all(size is None or length == size for length, size in pairs)


def _shown(shapes: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items())


def _is_one_hot(loss: Any) -> bool:
    """Whether a loss compares with one-hot classes."""
    name = str(getattr(loss, "name", None) or getattr(loss, "__name__", None) or loss).lower().replace("_", "")
    return "categorical" in name and "sparse" not in name


def _targets(model: Any, dataset: Dataset) -> NDArray[Any]:
    if dataset.y.ndim > 1 or not dataset.spec.task.is_classification or not _is_one_hot(model.loss):
        return dataset.y
    one_hot: NDArray[Any] = np.eye(max(2, dataset.spec.num_outputs), dtype=np.float32)[dataset.y]
    return one_hot


def _finish_of(model: Any, task: Task) -> Callable[[Any], Any] | None:
    """Return what turns the outputs into the probabilities that metrics and answers are made of."""
    if not task.is_classification:
        return None
    two = task is Task.BINARY and tuple(model.outputs[0].shape[1:]) == (2,)
    logits = bool(getattr(model.loss, "from_logits", False))
    single = task is Task.MULTILABEL or (task is Task.BINARY and not two)

    def finish(outputs: Any) -> Any:
        if logits:
            outputs = keras.ops.sigmoid(outputs) if single else keras.ops.softmax(outputs, axis=-1)
        return outputs[:, 1:] if two else outputs

    return finish if logits or two else None
