"""One run of a trial: its executions, one after the other, what they tell, and where to go on."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import keras

from layersmith.keras_tuner.engine.best_weights import BestWeights
from layersmith.keras_tuner.engine.callbacks import AtEpochEnd
from layersmith.keras_tuner.engine.interruption import Interruption, Standing
from layersmith.keras_tuner.engine.objective import Objective
from layersmith.keras_tuner.engine.trial import Curves

__all__ = ["CHECKPOINT", "OnEpoch", "TrialRun"]

CHECKPOINT = "checkpoint.weights.h5"
OnEpoch: TypeAlias = Callable[[int, Mapping[str, Any]], None]
"""Called after each epoch with the epoch, from 0, and its metrics."""


class TrialRun:
    """Follows the executions of a trial; it holds nothing that another trial could see.

    Attributes:
        curves: The epochs of each execution, those before an interruption included.

    Args:
        objective: What is best.
        folder: The trial's folder.
        goes_on: Whether training may go on where it was interrupted: if it is the tuner's own.
        is_spent: Whether training is to end after its epoch.
        on_epoch: Hears of each epoch.
    """

    def __init__(
        self,
        objective: Objective,
        folder: Path,
        *,
        goes_on: bool,
        is_spent: Callable[[], bool],
        on_epoch: OnEpoch | None = None,
    ) -> None:
        self._checkpoint = folder / CHECKPOINT
        self._best, self._is_spent, self._on_epoch = BestWeights(objective), is_spent, on_epoch
        self._interruption = Interruption(folder / "interrupted.npz") if goes_on else None
        self._standing = None if self._interruption is None else self._interruption.read()
        self.curves: list[Curves] = list(self._standing.finished) if self._standing is not None else []
        self._done = len(self.curves)
        self._epochs = 0  # of the present execution that have ended

    def done(self, execution: int) -> Any:
        """Return the History of an execution that ended before the interruption, or None."""
        return _history(self.curves[execution]) if execution < self._done else None

    def begin(self, model: Any) -> int:
        """Begin the next execution, and return how many of its epochs were done before the interruption.

        Args:
            model: The model of the execution; it takes over weights and optimizer state.
        """
        standing, self._standing, self._epochs = self._standing, None, 0
        if standing is None or self._interruption is None:
            self.curves.append({})
            return 0
        self.curves.append({name: list(values) for name, values in standing.curves.items()})
        self._interruption.restore(model, self._best)
        return standing.epochs

    def callback(self) -> AtEpochEnd:
        """Return what follows the epochs of the present execution."""
        return AtEpochEnd(self)

    def wants_model(self) -> bool:
        """Whether to look at the model after the epoch: if it is to be written."""
        return self._interruption is not None and self._interruption.is_due

    def observe(self, epoch: int, logs: Mapping[str, Any], callback: AtEpochEnd, *, look: bool) -> None:
        """Take note of an epoch; see `Observer`."""
        for name, value in logs.items():
            self.curves[-1].setdefault(name, []).append(float(value))
        self._epochs = epoch + 1
        if self._best.are_better(logs):
            self._best.keep(callback.weights(), logs)
        if self._interruption is not None and look:
            self._interruption.write(callback.model, self._best, self._standing_now())
        if self._on_epoch is not None:
            self._on_epoch(epoch, logs)
        if self._is_spent():
            callback.model.stop_training = True

    def _standing_now(self) -> Standing:
        finished, curves = self.curves[:-1], self.curves[-1]
        return Standing(epochs=self._epochs, finished=finished, curves=curves, best=self._best.value)

    def end(self, model: Any, results: Any) -> Any:
        """End the present execution, write the weights if they are the best, and return its result.

        Args:
            model: The trained model.
            results: What training returned; a History is made to tell the epochs before an interruption too.
        """
        self._best.write(model, self._checkpoint)
        if not isinstance(results, keras.callbacks.History):
            return results
        results.set_model(None)  # which would live as long as the results
        return results if self._interruption is None else _history(self.curves[-1])

    def interrupt(self, model: Any) -> None:
        """Write the state of an execution that the user interrupts, if it has ended an epoch.

        Keras on JAX takes the variables out of a model within an epoch; what was written last stays then.
        """
        if self._interruption is None or not self._epochs or any(one.value is None for one in model.variables):
            return
        self._interruption.write(model, self._best, self._standing_now())

    def close(self) -> None:
        """End the run: there is nothing to go on with."""
        if self._interruption is not None:
            self._interruption.drop()


def _history(curves: Curves) -> Any:
    """Return Keras' record of some epochs."""
    history = keras.callbacks.History()
    history.history = {name: list(values) for name, values in curves.items()}
    history.epoch = list(range(max(map(len, curves.values()), default=0)))
    return history
