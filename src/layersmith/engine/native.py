"""The engine that is `model.fit`: any Keras model on any backend, at Keras' own speed."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.cache import keep_programs
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
        keep_programs()
        return _Run(model, job)


class _Run:
    """A training by `model.fit`, which may pause between two epochs.

    Args:
        model: A compiled model; its weights and optimizer state now are those to start from.
        job: What to train it on, and how.
    """

    def __init__(self, model: keras.Model, job: Job) -> None:
        self._model, self._job = model, job
        self._state = _read_state(model)
        self._guide: _Guide | None = None
        self._trained: Trained | None = None

    def __call__(self, share: float = 1.0) -> Trained:
        if self._trained is None or self._trained.training.stopped == "paused":
            guide = self._guide = self._guide or _Guide(self._job)
            with seeded(self._job.recipe.seed + guide.epochs):
                _write_state(self._model, self._state)
                self._trained = self._train(guide, share)
        return self._trained

    def _train(self, guide: "_Guide", share: float) -> Trained:
        model, job, train = self._model, self._job, self._job.train.taken()
        validation = None if job.validation is None else job.validation.taken()
        with guide.going_on(share):
            model.fit(
                feed(model, train.x),
                train.y,
                batch_size=job.recipe.batch_size,
                epochs=job.recipe.epochs,
                initial_epoch=guide.epochs,
                validation_data=None if validation is None else (feed(model, validation.x), validation.y),
                validation_batch_size=_EVALUATION_BATCH,
                callbacks=[guide],
                verbose=0,
            )
        self._state = _read_state(model)
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
        self._share = 1.0
        self._seconds, self._since = 0.0, time.monotonic()

    @property
    def epochs(self) -> int:
        """Epochs that ran."""
        return len(self._curves.get("loss", ()))

    @property
    def _elapsed(self) -> float:
        return self._seconds + time.monotonic() - self._since

    @contextmanager
    def going_on(self, share: float) -> Iterator[None]:
        """Train up to that share of the planned epochs; pauses do not count as time."""
        self._share, self._stopped, self._since = share, "finished", time.monotonic()
        yield
        self._seconds = self._elapsed

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        rate = self._course.rate(epoch)
        if rate is not None:
            self.model.optimizer.learning_rate = rate

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self._job.should_stop():
            self._stop("interrupted")
        elif self._course.overdue(self._elapsed):
            self._stop("time")

    def _stop(self, reason: StopReason) -> None:
        self._stopped, self._cut = reason, True
        self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        metrics = {name: float(value) for name, value in (logs or {}).items()}
        for name, value in metrics.items():
            self._curves.setdefault(name, []).append(value)
        keep, stop = self._course.observe(epoch, metrics, self._elapsed)
        if keep:
            self._weights = [np.array(keras.ops.convert_to_numpy(weight)) for weight in self.model.weights]
        if stop is None and self._course.is_due(epoch, self._share):
            stop = "paused"
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
            seconds=self._seconds,
            stopped=self._stopped,
        )
