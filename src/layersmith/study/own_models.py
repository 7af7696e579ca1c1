"""The user's own models: a function `build(hp)` that returns compiled Keras models is the space.

A model gets rows as the user gave them: arrays as they are, a table's numbers unscaled in their columns' order (its
categories, if any, as codes beside them); class labels as whole numbers from 0, one-hot where the loss wants that.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import keras
from numpy.typing import NDArray

from layersmith.data.dataset import Dataset
from layersmith.data.spec import Kind
from layersmith.engine import Rows
from layersmith.errors import DataError
from layersmith.experiments.answers import answers, finish_of, targets_for
from layersmith.experiments.requirements import require_compiled, require_fitting
from layersmith.experiments.unbuilt import build_by_call
from layersmith.families import Established
from layersmith.families.initial import drawn_by_numpy
from layersmith.families.training import patience
from layersmith.records import Candidate, Indices, Recipe
from layersmith.space import Builder, HyperParameters, explore

__all__ = ["OwnModels"]

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
        self.max_epochs, self._batch_size = epochs or _EPOCHS, batch_size or _BATCH_SIZE
        with drawn_by_numpy():
            self.space = explore(Builder(build=build), HyperParameters(), loops=True)
        self.portfolio: Sequence[Established] = ()
        model = self.build(self.space.copy(), Rows(x=dataset.x, y=dataset.y))  # what is wrong is noticed here
        self._finish = finish_of(model, dataset.spec.task)
        self._rows = Rows(x=dataset.x, y=targets_for(model, dataset.spec.task, dataset.spec.num_outputs, dataset.y))

    def values(self, candidate: Candidate) -> HyperParameters:
        """See `Architectures.values`."""
        hp = self.space.copy()
        hp.values = dict(candidate.values)
        hp.ensure_active_values()
        return hp

    def recipe(self, hp: HyperParameters) -> Recipe:
        """See `Architectures.recipe`: the model's own optimizer, until the validation loss no longer falls."""
        epochs = int(hp.values.get("epochs") or self.max_epochs)
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
        require_compiled(model)
        build_by_call(model, rows.x)
        spec = self._dataset.spec
        require_fitting(model, rows, spec.task, spec.num_outputs)
        return model

    def decode(self, frame: Any, outputs: NDArray[Any], rows: Indices) -> NDArray[Any]:
        """See `Architectures.decode`."""
        del frame, rows
        return answers(outputs, self._finish)

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
