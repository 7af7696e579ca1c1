"""Which models a search tries: what the bench must know of them, and the families' answer to it."""

from collections.abc import Hashable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from layersmith.cost import cost_of
from layersmith.data.dataset import Dataset
from layersmith.engine import Rows
from layersmith.families import Established, trunk
from layersmith.families import frame as frames
from layersmith.graph import view
from layersmith.records import Candidate, Indices, Recipe
from layersmith.space import HyperParameters
from layersmith.study.scaling import machine_speed, scaled

__all__ = ["Architectures", "FamilyArchitectures"]

_MAX_EPOCHS = 27  # trainings have lengths of their own, by the hundred: a scheduler's epoch is a 27th of each


class Architectures(Protocol):
    """The models of one search on one data set.

    Attributes:
        space: All hyperparameters.
        portfolio: Published architectures to try first.
        max_epochs: Epochs of a whole training, in which a scheduler counts its rungs.
    """

    space: HyperParameters
    portfolio: Sequence[Established]
    max_epochs: int

    def values(self, candidate: Candidate) -> HyperParameters:
        """Return the space with the values of a candidate."""

    def recipe(self, hp: HyperParameters) -> Recipe:
        """Return how a candidate trains."""

    def view(self, hp: HyperParameters) -> Hashable:
        """Return what of a candidate its preprocessing depends on."""

    def fit(self, hp: HyperParameters, rows: Indices) -> tuple[Any, Rows]:
        """Return preprocessing fitted on `rows`, and features and targets of all rows by it."""

    def build(self, hp: HyperParameters, rows: Rows) -> Any:
        """Return the compiled model of a candidate for such features."""

    def decode(self, frame: Any, outputs: NDArray[Any], rows: Indices) -> NDArray[Any]:
        """Return a model's outputs on `rows` as the metrics take them."""

    def assemble(self, frame: Any, hp: HyperParameters, model: Any) -> Any:
        """Return the model for the user: raw inputs in, answers in the target's own unit out."""

    def fit_to_time(self, rows: int, seconds: float) -> tuple[Established, ...]:
        """Return the portfolio, so wide as `seconds` of one training on `rows` rows allow."""


class FamilyArchitectures:
    """The families' networks for a data set.

    Args:
        dataset: Encoded rows.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self.space = trunk.declare(dataset.spec)
        self.portfolio: Sequence[Established] = trunk.portfolio(dataset.spec)
        self.max_epochs = _MAX_EPOCHS

    def values(self, candidate: Candidate) -> HyperParameters:
        """See `Architectures.values`."""
        hp = HyperParameters()
        hp.values.update(candidate.values)
        trunk.declare(self._dataset.spec, hp)
        return hp

    def recipe(self, hp: HyperParameters) -> Recipe:
        """See `Architectures.recipe`."""
        return trunk.recipe(hp, self._dataset.spec)

    def view(self, hp: HyperParameters) -> Hashable:
        """See `Architectures.view`; only forecasts depend on the candidate."""
        return frames.view_of(hp, self._dataset.spec)

    def fit(self, hp: HyperParameters, rows: Indices) -> tuple[frames.Frame, Rows]:
        """See `Architectures.fit`."""
        dataset = self._dataset
        frame = frames.fit(hp, dataset.spec, dataset.x, dataset.y, rows)
        features, targets = frames.encode(frame, dataset.x, dataset.y)
        return frame, Rows(x=features, y=targets)

    def build(self, hp: HyperParameters, rows: Rows) -> Any:
        """See `Architectures.build`."""
        return trunk.build(hp, self._dataset.spec, {name: value.shape[1:] for name, value in rows.x.items()})

    def decode(self, frame: frames.Frame, outputs: NDArray[Any], rows: Indices) -> NDArray[Any]:
        """See `Architectures.decode`."""
        return frames.decode(frame, outputs, {name: values[rows] for name, values in self._dataset.x.items()})

    def assemble(self, frame: frames.Frame, hp: HyperParameters, model: Any) -> Any:
        """See `Architectures.assemble`."""
        return frames.assemble(frame, hp, model)

    def fit_to_time(self, rows: int, seconds: float) -> tuple[Established, ...]:
        """See `Architectures.fit_to_time`."""
        speed, found = machine_speed(), []
        for entry in self.portfolio:
            hp = self.values(Candidate(values=entry.values, origin=""))
            macs = cost_of(view(trunk.build(hp, self._dataset.spec, self._shapes(hp)))).macs
            found.append(scaled(entry, hp.values, macs=macs, rows=rows, seconds=seconds, speed=speed))
        return tuple(found)

    def _shapes(self, hp: HyperParameters) -> dict[str, tuple[int, ...]]:
        """Return the shapes of a trunk's inputs."""
        dataset = self._dataset
        rows = np.arange(min(2, len(dataset.y)))
        few = {name: values[rows] for name, values in dataset.x.items()}
        frame = frames.fit(hp, dataset.spec, few, dataset.y[rows], rows)
        features, _ = frames.encode(frame, few, dataset.y[rows])
        return {name: value.shape[1:] for name, value in features.items()}
