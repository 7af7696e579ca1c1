"""What an engine is given, and what an engine is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from layersmith.records import Indices, Recipe, Training

__all__ = ["Begun", "Engine", "Job", "Rows", "Trained"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Features and targets of some rows of a data set, which folds and candidates share without copies.

    Attributes:
        x: Features by input name, `(all rows, ...)`.
        y: Targets `(all rows, ...)`.
        index: Numbers of the rows that are meant; None for all.
    """

    x: Mapping[str, NDArray[Any]]
    y: NDArray[Any]
    index: Indices | None = None

    def __len__(self) -> int:
        return len(self.y if self.index is None else self.index)

    def inputs(self, names: Sequence[str]) -> list[NDArray[Any]]:
        """Return the features of all rows in the order of a model's inputs; the only ones fit an input of any name.

        Args:
            names: Of the model's inputs.

        Example:
            >>> import numpy as np
            >>> len(Rows(x={"numeric": np.arange(3)}, y=np.arange(3)).inputs(["input_layer_7"]))
            1
        """
        if len(names) == len(self.x) == 1:
            return [*self.x.values()]
        return [self.x[name] for name in names]

    def taken(self) -> "Rows":
        """Return the rows that are meant as arrays of their own.

        Example:
            >>> import numpy as np
            >>> Rows(x={"a": np.arange(3)}, y=np.arange(3), index=np.array([2, 0])).taken().y.tolist()
            [2, 0]
        """
        if self.index is None:
            return self
        return Rows(x={name: values[self.index] for name, values in self.x.items()}, y=self.y[self.index])


def _never() -> bool:
    return False


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One training to run.

    Attributes:
        train: Rows to learn from.
        validation: Rows that decide which epoch is kept; None trains without looking (a refit).
        recipe: How to train.
        seconds: Wall-clock seconds it may take; the schedule is laid out to fit. None means no limit.
        stop_after: Epochs after which a refit ends, within the schedule of `recipe.epochs`.
        on_epoch: Called after each epoch with its number, from 1, and its metrics.
        should_stop: Polled after every batch; True ends the training as interrupted.
    """

    train: Rows
    validation: Rows | None
    recipe: Recipe
    seconds: float | None = None
    stop_after: int | None = None
    on_epoch: Callable[[int, Mapping[str, float]], None] | None = None
    should_stop: Callable[[], bool] = _never


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """What came of a job.

    Attributes:
        training: The record.
        outputs: The model's outputs `(validation rows, ...)` on the job's validation rows, by the weights it kept; None
            where there are none.
    """

    training: Training
    outputs: NDArray[Any] | None


class Begun(Protocol):
    """A training that waits to be called, in any thread, though in one at a time."""

    def __call__(self, share: float = 1.0) -> Trained:
        """Train, and leave the weights of the best epoch so far in the model.

        Called again after a pause, it goes on with the weights and the optimizer's state of the last epoch; once it has
        ended, it returns what came of it.

        Args:
            share: Of the planned epochs, after which it pauses (`stopped` of the record is `paused` then).
        """


class Engine(Protocol):
    """Trains compiled Keras models.

    Attributes:
        name: How the engine is called in records.
    """

    name: str

    def begin(self, model: Any, job: Job) -> Begun:
        """Make everything ready that must be made in order, in the caller's thread.

        Args:
            model: A compiled Keras model. Several jobs of one model may be begun, all from the weights it has now.
            job: What to train it on, and how.

        Returns:
            The training itself.
        """
