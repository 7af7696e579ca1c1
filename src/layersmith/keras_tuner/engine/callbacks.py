"""Callbacks: those a tuner adds to a trial's training, and copies of the user's own."""

import copy
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import keras

from layersmith.engine.fitting.reader import Reader

__all__ = ["AtEpochEnd", "Observer", "copied", "hooks"]

_LOG = logging.getLogger(__name__)
_EPOCH_HOOKS = ("on_epoch_begin", "on_epoch_end")
_BATCH_HOOKS = ("on_batch_begin", "on_batch_end")


class Observer(Protocol):
    """What follows the epochs of a training."""

    def wants_model(self) -> bool:
        """Whether to look at more of the model than its weights after the epoch that ends."""

    def observe(self, epoch: int, logs: Mapping[str, Any], callback: "AtEpochEnd", *, look: bool) -> None:
        """Take note of an epoch.

        Args:
            epoch: The epoch, from 0.
            logs: Its logs.
            callback: Has the model, and gives its `weights`.
            look: Whether the model may be looked at.
        """


class AtEpochEnd(Reader):
    """Lets an observer follow the epochs.

    Args:
        observer: The observer.
    """

    def __init__(self, observer: Observer) -> None:
        super().__init__()
        self._observer = observer
        self._asked: tuple[int, bool] | None = None

    def reads(self, epoch: int, logs: Mapping[str, Any]) -> bool:
        """Whether the observer is about to look at the model; see `Reader.reads`."""
        del logs  # the observer knows by itself
        self._asked = (epoch, self._observer.wants_model())
        return self._asked[1]

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Tell the observer."""
        asked, self._asked = self._asked, None
        look = asked[1] if asked is not None and asked[0] == epoch else self._observer.wants_model()
        self._observer.observe(epoch, logs or {}, self, look=look)


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
