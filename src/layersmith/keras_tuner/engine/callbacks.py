"""Callbacks: those a tuner adds to a trial's training, and copies of the user's own."""

import copy
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

__all__ = ["AtEpochEnd", "copied", "hooks"]

_LOG = logging.getLogger(__name__)
_EPOCH_HOOKS = ("on_epoch_begin", "on_epoch_end")
_BATCH_HOOKS = ("on_batch_begin", "on_batch_end")


class AtEpochEnd(keras.callbacks.Callback):  # type: ignore[misc]
    """Calls a function at the end of each epoch.

    Args:
        observe: Takes the model, the epoch, from 0, and its logs.
    """

    def __init__(self, observe: Callable[[Any, int, Mapping[str, Any]], None]) -> None:
        super().__init__()
        self._observe = observe

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Call the function."""
        self._observe(self.model, epoch, logs or {})


class _EpochHooks(keras.callbacks.Callback):  # type: ignore[misc]
    """Calls a tuner's own `on_epoch_begin` and `on_epoch_end`."""

    def __init__(self, tuner: Any, trial: Any) -> None:
        super().__init__()
        self._tuner, self._trial = tuner, trial

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._tuner.on_epoch_begin(self._trial, self.model, epoch, logs=logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._tuner.on_epoch_end(self._trial, self.model, epoch, logs=logs)


class _BatchHooks(_EpochHooks):
    """Calls a tuner's own `on_batch_begin` and `on_batch_end` too; training is native with them."""

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._tuner.on_batch_begin(self._trial, self.model, batch, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._tuner.on_batch_end(self._trial, self.model, batch, logs)


def hooks(tuner: Any, trial: Any, base: type) -> list[Any]:
    """Return a callback for the hooks that a tuner's class overrides, if it overrides any.

    Args:
        tuner: The tuner.
        trial: The trial that trains.
        base: The class that has the hooks.
    """

    def overrides(names: Sequence[str]) -> bool:
        return any(getattr(type(tuner), name) is not getattr(base, name) for name in names)

    if overrides(_BATCH_HOOKS):
        return [_BatchHooks(tuner, trial)]
    return [_EpochHooks(tuner, trial)] if overrides(_EPOCH_HOOKS) else []


def copied(callbacks: Sequence[Any] | None, folder: str) -> list[Any]:
    """Return the user's callbacks for one execution: copies, where copies can be made.

    Args:
        callbacks: What the search was given.
        folder: Put behind the folder of a TensorBoard, one for each execution.
    """
    given = list(callbacks or ())
    try:
        own = copy.deepcopy(given)
    except Exception as error:  # noqa: BLE001 - a callback may hold anything: a file, a lock, a connection
        _LOG.info("callbacks are shared by all trials, for they cannot be copied: %s", error)
        own = given
    for callback, original in zip(own, given, strict=True):
        if isinstance(callback, keras.callbacks.TensorBoard) and callback is not original:
            callback.log_dir = str(Path(callback.log_dir) / folder)
    return own
