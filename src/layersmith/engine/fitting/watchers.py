"""Keras' callbacks: which of them epochs can serve, and how much of the model each one sees.

Weights and optimizer state live in the program's state while it trains. They are written to the Keras model only where
a callback may look, and read back only where one may have changed them.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import Any

import keras
import numpy as np

from layersmith.engine.fitting.reader import Reader
from layersmith.engine.unsupported import Unsupported

__all__ = [
    "Reach",
    "are_read",
    "asks_for_metrics",
    "keep_best",
    "lend_weights",
    "reach_of",
    "report_batch",
    "require_epochs_only",
]

_BATCH_HOOKS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_batch_begin",
    "on_test_batch_end",
)


class Reach(IntEnum):
    """What a callback sees of the model beside the logs, each including the ones before.

    Attributes:
        LOGS: Nothing.
        RATE: Reads and sets the learning rate.
        WEIGHTS: Reads weights and optimizer state after an epoch; may set them before the first.
        MODEL: Reads and sets anything at any time.
    """

    LOGS = 0
    RATE = 1
    WEIGHTS = 2
    MODEL = 3


_REACH: Mapping[str, Reach] = {  # Keras' own classes; any other, derived ones too, may do anything
    "BackupAndRestore": Reach.WEIGHTS,
    "CSVLogger": Reach.LOGS,
    "EarlyStopping": Reach.LOGS,  # the best weights are put in their place by `keep_best`
    "History": Reach.LOGS,
    "LearningRateScheduler": Reach.RATE,
    "ModelCheckpoint": Reach.WEIGHTS,
    "ProgbarLogger": Reach.LOGS,
    "ReduceLROnPlateau": Reach.RATE,
    "RemoteMonitor": Reach.LOGS,
    "TerminateOnNaN": Reach.LOGS,
}
_SAVES = ("BackupAndRestore", "ModelCheckpoint")  # on batches only where save_freq says so
_REPORTED = ("ProgbarLogger", "TerminateOnNaN")  # told of the last batch by `report_batch`


def reach_of(callbacks: Sequence[Any]) -> Reach:
    """Return the furthest reach of some callbacks.

    Example:
        >>> reach_of([keras.callbacks.History(), keras.callbacks.ReduceLROnPlateau()]).name
        'RATE'
    """
    return max(map(_reach, callbacks), default=Reach.LOGS)


def _reach(callback: Any) -> Reach:
    return Reach.LOGS if isinstance(callback, Reader) else _REACH.get(_name(callback), Reach.MODEL)


def lend_weights(callbacks: Sequence[Any], source: Callable[[], list[Any]] | None) -> None:
    """Tell the readers among some callbacks where the present weights are; None for in the model."""
    for callback in callbacks:
        if isinstance(callback, Reader):
            callback.source = source


def are_read(callbacks: Sequence[Any], epoch: int, logs: Mapping[str, Any]) -> bool:
    """Whether a callback that reads the model now and then is about to.

    Args:
        callbacks: All callbacks.
        epoch: The epoch that has ended, from 0.
        logs: Its logs.
    """
    said = [callback.reads(epoch, logs) for callback in callbacks if isinstance(callback, Reader)]  # all are asked
    return any(said)


def require_epochs_only(callback: Any) -> None:
    """Refuse a callback that acts on batches.

    Raises:
        Unsupported: If it has a hook for batches.
    """
    name = _name(callback)
    if name in _REPORTED:
        return
    if name in _SAVES:
        if callback.save_freq != "epoch":
            raise Unsupported(f"callback {name!r}", f"save_freq={callback.save_freq!r}")
        return
    for hook in _BATCH_HOOKS:
        if getattr(getattr(callback, hook), "__func__", None) is not getattr(keras.callbacks.Callback, hook):
            raise Unsupported(f"callback {type(callback).__name__!r}", f"{hook} acts on batches")


def asks_for_metrics(callback: Any) -> bool:
    """Whether a callback looks the direction of a metric up in the model."""
    monitor = str(getattr(callback, "monitor", "loss")).removeprefix("val_")
    return getattr(callback, "mode", None) == "auto" and monitor != "loss"


def report_batch(callbacks: Sequence[Any], batch: int, logs: Mapping[str, float]) -> None:
    """Tell of the end of an epoch's last batch: the bar moves, and a loss that is no number ends training.

    Args:
        callbacks: All callbacks.
        batch: Number of the batch, from 0.
        logs: The epoch's means so far.
    """
    for callback in callbacks:
        name = _name(callback)
        if name == "ProgbarLogger" or (name == "TerminateOnNaN" and not np.isfinite(logs["loss"])):
            callback.on_train_batch_end(batch, logs=logs)


def keep_best(callbacks: Sequence[Any], epoch: int, weights: Callable[[], list[Any]]) -> None:
    """Give `EarlyStopping` the present weights where it has just kept those of this epoch.

    Args:
        callbacks: All callbacks, after the end of the epoch.
        epoch: The epoch, from 0.
        weights: Returns the present weights in the order of `model.weights`.
    """
    for callback in callbacks:
        if _name(callback) == "EarlyStopping" and callback.best_weights is not None and callback.best_epoch == epoch:
            callback.best_weights = weights()


def _name(callback: Any) -> str:
    """Return the class name of a callback of Keras' own, else nothing."""
    kind = type(callback)
    return kind.__name__ if kind is getattr(keras.callbacks, kind.__name__, None) else ""
