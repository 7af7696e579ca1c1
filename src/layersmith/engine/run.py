"""One compiled training, epoch by epoch."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.course import Course
from layersmith.engine.job import Job, Rows, Trained
from layersmith.engine.lower.network import Network, read_weights
from layersmith.engine.objective import Objective
from layersmith.engine.optimizers import Optimizer, changed, to_runtime
from layersmith.engine.program import Batches, Carry, Data, Example, Program, batches
from layersmith.engine.unsupported import Unsupported
from layersmith.engine.widths import Padding
from layersmith.records import Recipe, StopReason, Training

__all__ = ["Prepared", "Run"]

_EVALUATION_BATCH = 1024
_SHORT_EPOCH = 0.1  # seconds; below, what Python does between two epochs counts, and an epoch in vain does not
_BATCHES_TO_SPARE = 16  # a data set of at least so many leaves out the last, smaller batch of an epoch


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A model ready to run: its program and its own numbers.

    Attributes:
        network: The lowered graph.
        padding: How the model's weights get into the program's, where widths are padded.
        program: The compiled functions, shared by all models of the signature.
        objective: Losses and metrics, equal to those in the program but for their numbers.
        runtime: The layers' runtime values.
        optimizer: The structure of the optimizer.
        numbers: The optimizer's numbers.
    """

    network: Network
    padding: Padding
    program: Program
    objective: Objective
    runtime: Mapping[str, Any]
    optimizer: Optimizer
    numbers: Mapping[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Epoch:
    """An epoch that was begun, and may still be computed.

    Attributes:
        carry: The state after it.
        logs: Its means, on the device.
        outputs: What the model gives for the validation rows, None without any.
    """

    carry: Carry
    logs: Mapping[str, Any]
    outputs: Any


class Run:
    """A training of a prepared model; it is begun in one thread and may go on in another.

    Where epochs are short, the next one is begun before the metrics of the last are read: otherwise the core would wait
    for Python, and with a training on each core for the interpreter's lock (a sixth of the time, at epochs of 1.5 ms).
    It is the epoch that would follow anyway; if the training ends instead, it was in vain.

    Args:
        prepared: The model.
        job: What to train it on, and how.
        train: The data set of the training rows, on the device.
        held: That of the validation rows, None without any.

    Raises:
        Unsupported: If the optimizer averages weights, which a course that keeps the best epoch cannot follow.
    """

    def __init__(self, prepared: Prepared, job: Job, train: Data, held: Data | None) -> None:
        if prepared.optimizer.averaging is not None:
            raise Unsupported("an optimizer that averages weights, in a course that keeps the best epoch")
        self._prepared, self._job, self._train = prepared, job, train
        self._held = None if held is None or job.validation is None else (held, _held(job.validation))
        self._weights = prepared.padding.embed(read_weights(prepared.network))
        self._hyper = to_runtime(prepared.numbers)
        self._course = Course(job.recipe, seconds=job.seconds, stop_after=job.stop_after, validated=held is not None)
        self._rng = np.random.default_rng(job.recipe.seed)
        self._curves: dict[str, list[float]] = {}
        self._carry: Carry | None = None
        self._best: Carry | None = None
        self._outputs: Any = None
        self._seconds = 0.0
        self._stopped: StopReason | None = None

    @property
    def best_weights(self) -> dict[str, Any]:
        """The weights of the best epoch, in the program's shapes; those it began with where none was finite."""
        return self._weights if self._best is None else {**self._best.trained, **self._best.state}

    def prepare(self) -> None:
        """Trace what an epoch calls, and have it compiled in other threads.

        Raises:
            Unsupported: If a part of the model shows only now that it has no compiled form.
        """
        self._prepared.program.prepare(self._example())

    def _example(self) -> Example:
        """Return the arguments of the first epoch, but for the order of its rows."""
        prepared, job = self._prepared, self._job
        return Example(
            carry=prepared.program.start(self._weights),
            train=(self._train, _visited(job.train, job.recipe, np.random.default_rng(0))),
            held=self._held,
            runtime=prepared.runtime,
            hyper=self._hyper,
            scores=True,
        )

    def go(self, share: float = 1.0) -> Trained:
        """Run epochs until the course ends or pauses. The time that compiling takes is not the candidate's.

        Args:
            share: Of the planned epochs, after which it pauses; called again, it goes on.
        """
        if self._stopped in (None, "paused"):
            carry, stopped = self._started(), None
            mark, latest, ahead = time.monotonic(), math.inf, None
            began = mark - self._seconds
            while stopped is None:
                now = self._begun(carry) if ahead is None else ahead
                ahead = self._begun(now.carry, 1) if latest < _SHORT_EPOCH and self._goes_on(share) else None
                stopped = self._ended(now, share, lambda: time.monotonic() - began)
                carry, latest, mark = now.carry, time.monotonic() - mark, time.monotonic()
            self._carry, self._stopped = (carry if stopped == "paused" else None), stopped
            self._seconds = time.monotonic() - began
        return Trained(training=self._record(self._stopped), outputs=self._held_outputs())

    def _started(self) -> Carry:
        """Return the state to go on from, with everything compiled."""
        if self._carry is not None:
            return self._carry
        example = self._example()
        self._prepared.program.warm_up(example)
        return example.carry

    @property
    def _epochs(self) -> int:
        """How many epochs have ended."""
        return len(self._curves.get("loss", ()))

    def _begun(self, carry: Carry, ahead: int = 0) -> _Epoch:
        """Begin the epoch that comes next, or the one so many further on."""
        prepared, visited = self._prepared, _visited(self._job.train, self._job.recipe, self._rng)
        rate = self._course.rate(self._epochs + ahead)
        hyper = to_runtime(changed(prepared.numbers, {} if rate is None else {"learning_rate": rate}))
        seed = np.uint32(self._rng.integers(2**32))
        carry, logs = prepared.program.train(
            carry,
            self._train,
            visited.order,
            visited.rows,
            prepared.runtime,
            hyper,
            seed,
            **prepared.program.statics(visited),
        )
        if self._held is None:
            return _Epoch(carry=carry, logs=logs, outputs=None)
        data, held = self._held
        means, outputs = prepared.program.score(
            carry, data, held.order, held.rows, prepared.runtime, **prepared.program.statics(held)
        )
        logs = {**logs, **{f"val_{name}": value for name, value in means.items()}}
        return _Epoch(carry=carry, logs=logs, outputs=outputs)

    def _goes_on(self, share: float) -> bool:
        """Whether another epoch follows the one that is computed now, unless its metrics end the training."""
        return not self._course.is_due(self._epochs, share) and self._course.foresees(self._epochs + 1)

    def _ended(self, epoch: _Epoch, share: float, elapsed: Callable[[], float]) -> StopReason | None:
        """Wait for an epoch and return why to stop after it, None to go on."""
        job, course, number = self._job, self._course, self._epochs
        logs = {name: float(value) for name, value in jax.device_get(epoch.logs).items()}
        for name, value in logs.items():
            self._curves.setdefault(name, []).append(value)
        keep, stopped = course.observe(number, logs, elapsed())
        if keep:
            self._best, self._outputs = epoch.carry, epoch.outputs
        if job.on_epoch is not None:
            job.on_epoch(number + 1, logs)
        if job.should_stop():
            return "interrupted"
        return "paused" if stopped is None and course.is_due(number, share) else stopped

    def _held_outputs(self) -> NDArray[Any] | None:
        """Return the best epoch's outputs, row by row."""
        if self._held is None or self._outputs is None:
            return None
        outputs = np.asarray(self._outputs[0])
        return outputs.reshape(-1, *outputs.shape[2:])[: self._held[1].rows]

    def _record(self, stopped: StopReason) -> Training:
        return Training(
            curves={name: tuple(curve) for name, curve in self._curves.items()},
            best_epoch=self._course.best_epoch,
            planned_epochs=self._course.planned_epochs,
            seconds=self._seconds,
            stopped=stopped,
            engine="compiled",
        )


def _visited(rows: Rows, recipe: Recipe, rng: np.random.Generator) -> Batches:
    """Return an epoch's batches in a new order, with room for all rows there are, so that all folds fit one program.

    Where there are batches to spare, the smaller last one is left out: other rows fall to it in every epoch, and the
    program needs no masks. The data set decides it and not the fold, so that all folds are alike.
    """
    index = rng.permutation(len(rows)) if rows.index is None else rng.permutation(rows.index)
    size = min(recipe.batch_size, len(index))
    whole = len(index) - len(index) % size
    spare = whole > 0 and len(rows.y) >= _BATCHES_TO_SPARE * size
    return batches(index[:whole] if spare else index, size, room=len(rows.y))


def _held(rows: Rows) -> Batches:
    index = np.arange(len(rows)) if rows.index is None else rows.index
    size = min(_EVALUATION_BATCH, len(rows.y))
    return batches(index, size, room=len(rows.y))
