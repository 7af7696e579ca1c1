"""The engine that is `model.fit`: any Keras model on any backend, at Keras' own speed."""

import time
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.course import Course
from layersmith.engine.job import Begun, Job, Trained
from layersmith.engine.seeding import seeded
from layersmith.graph import feed
from layersmith.records import StopReason, Training

__all__ = ["NativeEngine"]

_EVALUATION_BATCH = 1024


class NativeEngine:
    """Trains through `model.fit`, with a callback that follows a `Course`."""

    name = "native"

    def begin(self, model: keras.Model, job: Job) -> Begun:
        """Note the model's weights and optimizer state, from which the training will start.

        Args:
            model: A compiled model.
            job: What to train it on, and how.

        Returns:
            The training. One runs at a time, because Keras draws shuffles and dropout from process-wide generators. A
            diverged training keeps the best finite weights.
        """
        start = _read_state(model)

        def train() -> Trained:
            with seeded(job.recipe.seed):
                _write_state(model, start)
                return _train(model, job)

        return train


def _train(model: keras.Model, job: Job) -> Trained:
    guide, train = _Guide(job), job.train.taken()
    validation = None if job.validation is None else job.validation.taken()
    model.fit(
        feed(model, train.x),
        train.y,
        batch_size=job.recipe.batch_size,
        epochs=job.recipe.epochs,
        validation_data=None if validation is None else (feed(model, validation.x), validation.y),
        validation_batch_size=_EVALUATION_BATCH,
        callbacks=[guide],
        verbose=0,
    )
    training = guide.finish()
    if validation is None:
        return Trained(training=training, outputs=None)
    outputs = model.predict(feed(model, validation.x), batch_size=_EVALUATION_BATCH, verbose=0)
    return Trained(training=training, outputs=np.asarray(outputs))


def _read_state(model: keras.Model) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    model.optimizer.build(model.trainable_variables)
    variables = (np.array(keras.ops.convert_to_numpy(variable)) for variable in model.optimizer.variables)
    return [np.array(weight) for weight in model.get_weights()], list(variables)


def _write_state(model: keras.Model, state: tuple[list[NDArray[Any]], list[NDArray[Any]]]) -> None:
    weights, optimizer = state
    model.set_weights(weights)
    for variable, value in zip(model.optimizer.variables, optimizer, strict=True):
        variable.assign(value)


class _Guide(keras.callbacks.Callback):  # type: ignore[misc]
    """Lets a `Course` decide between epochs, and polls for interruption after each batch."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        self._course = Course(
            job.recipe, seconds=job.seconds, stop_after=job.stop_after, validated=job.validation is not None
        )
        self._curves: dict[str, list[float]] = {}
        self._weights: list[NDArray[Any]] | None = None
        self._stopped: StopReason = "finished"
        self._cut = False
        self._started = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        rate = self._course.rate(epoch)
        if rate is not None:
            self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self._job.should_stop():
            self._stop("interrupted")
        elif self._course.overdue(time.monotonic() - self._started):
            self._stop("time")

    def _stop(self, reason: StopReason) -> None:
        self._stopped, self._cut = reason, True
        self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        metrics = {name: float(value) for name, value in (logs or {}).items()}
        for name, value in metrics.items():
            self._curves.setdefault(name, []).append(value)
        keep, stop = self._course.observe(epoch, metrics, time.monotonic() - self._started)
        if keep:
            self._weights = [np.array(keras.ops.convert_to_numpy(weight)) for weight in self.model.weights]
        if stop is not None and not self._cut:
            self._stopped = stop
            self.model.stop_training = True
        if self._job.on_epoch is not None:
            self._job.on_epoch(epoch + 1, metrics)

    def finish(self) -> Training:
        """Restore the best weights and return the record."""
        if self._weights is not None:
            self.model.set_weights(self._weights)
        return Training(
            curves={name: tuple(curve) for name, curve in self._curves.items()},
            best_epoch=self._course.best_epoch,
            planned_epochs=self._course.planned_epochs,
            seconds=time.monotonic() - self._started,
            stopped=self._stopped,
        )
