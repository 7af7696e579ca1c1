"""The loop over epochs: one program call each, and Keras' callbacks between them."""

from typing import Any

import keras

from layersmith.engine.compiled import CompiledEngine
from layersmith.engine.fitting.arguments import Arguments
from layersmith.engine.fitting.built_metrics import build_metrics
from layersmith.engine.fitting.epochs import Epochs
from layersmith.engine.fitting.process import require_plain_process
from layersmith.engine.fitting.sets import read_sets
from layersmith.engine.fitting.state import ModelState
from layersmith.engine.fitting.watchers import (
    Reach,
    are_read,
    asks_for_metrics,
    keep_best,
    lend_weights,
    reach_of,
    report_batch,
    require_epochs_only,
)
from layersmith.engine.objective import outputs_of
from layersmith.engine.unsupported import Unsupported

__all__ = ["Run"]


class Run:
    """One call of `fit`: everything that can be unsupported is found out before training begins.

    Args:
        model: A compiled Keras model.
        x: Inputs.
        y: Targets.
        given: The other arguments.
        engine: Keeps compiled programs.
        shared: Whether models of other widths and activations are to share the program, by padding.

    Raises:
        Unsupported: If something has no compiled form.
        DataError: If the data do not go together.
    """

    def __init__(
        self, model: Any, x: Any, y: Any, given: Arguments, engine: CompiledEngine, *, shared: bool = False
    ) -> None:
        require_plain_process()
        _require_epochs_only(given.callbacks)
        self._model, self._given = model, given
        train, held = read_sets(model, outputs_of(model), x, y, given)
        prepared = engine.prepare(model, train.target_shapes, rows=len(train) * given.epochs, shared=shared)
        self._state = ModelState(model, prepared)
        self._epochs = Epochs(prepared, train, held, given)
        self._epochs.prepare(self._state)
        self._validates = held is not None
        self._watchers = self._callback_list()
        self._reach = reach_of(self._watchers.callbacks)
        if self._reach >= Reach.WEIGHTS or any(map(asks_for_metrics, self._watchers.callbacks)):
            build_metrics(model, train)

    def go(self) -> Any:
        """Run the epochs and return the history."""
        model, watchers = self._model, self._watchers
        model.stop_training = False
        lend_weights(watchers.callbacks, self._state.weights)
        watchers.on_train_begin()
        if self._reach >= Reach.WEIGHTS:
            self._state.take()
        logs: dict[str, Any] = {}
        try:
            for epoch in range(getattr(model, "_initial_epoch", None) or self._given.initial_epoch, self._given.epochs):
                logs = self._epoch(epoch)
                if model.stop_training:
                    break
        finally:
            self._finish()
        watchers.on_train_end(logs)
        return model.history

    def _epoch(self, epoch: int) -> dict[str, Any]:
        watchers, state = self._watchers, self._state
        watchers.on_epoch_begin(epoch)
        self._look()
        logs = self._epochs.train(state)
        if self._reach >= Reach.WEIGHTS:
            state.give()
        report_batch(watchers.callbacks, self._epochs.steps - 1, logs)
        if self._validates and self._given.validates(epoch):
            logs |= self._validate()
        if are_read(watchers.callbacks, epoch, logs) and self._reach < Reach.WEIGHTS:
            state.give()
        watchers.on_epoch_end(epoch, logs)
        if self._reach < Reach.WEIGHTS:
            keep_best(watchers.callbacks, epoch, state.weights)
        return logs

    def _validate(self) -> dict[str, Any]:
        self._watchers.on_test_begin()
        self._look()
        logs = self._epochs.evaluate(self._state)
        self._watchers.on_test_end(logs)
        return {f"val_{name}": value for name, value in logs.items()}

    def _look(self) -> None:
        """Take over what callbacks may have set."""
        if self._reach is Reach.MODEL:
            self._state.take()
        elif self._reach is not Reach.LOGS:
            self._state.take_rate()

    def _finish(self) -> None:
        """Leave the model as Keras does at the end, after an interruption too."""
        lend_weights(self._watchers.callbacks, None)
        if self._reach is Reach.MODEL:
            self._state.take()
        if self._given.epochs > 0:
            self._state.finish()

    def _callback_list(self) -> Any:
        given = self._given
        return keras.callbacks.CallbackList(
            given.callbacks,
            add_history=True,
            add_progbar=given.verbose != 0,
            verbose=given.verbose,
            epochs=given.epochs,
            steps=self._epochs.steps,
            model=self._model,
        )


def _require_epochs_only(callbacks: Any) -> None:
    if isinstance(callbacks, keras.callbacks.CallbackList):
        raise Unsupported("a CallbackList as callbacks")
    for callback in keras.tree.flatten(callbacks or []):
        require_epochs_only(callback)
