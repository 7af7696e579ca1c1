"""One compiled training, epoch by epoch."""

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


class Run:
    """A training of a prepared model; it is begun in one thread and may go on in another.

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
            began, before = time.monotonic(), self._seconds
            while stopped is None:
                carry, stopped = self._step(carry, share, lambda: before + time.monotonic() - began)
            self._carry, self._stopped = (carry if stopped == "paused" else None), stopped
            self._seconds = before + time.monotonic() - began
        return Trained(training=self._record(self._stopped), outputs=self._held_outputs())

    def _started(self) -> Carry:
        """Return the state to go on from, with everything compiled."""
        if self._carry is not None:
            return self._carry
        example = self._example()
        self._prepared.program.warm_up(example)
        return example.carry

    def _step(self, carry: Carry, share: float, elapsed: Callable[[], float]) -> tuple[Carry, StopReason | None]:
        """Run an epoch; return the state after it, and why to stop then."""
        job, course, epoch = self._job, self._course, len(self._curves.get("loss", ()))
        carry, logs, outputs = self._epoch(carry, course.rate(epoch), self._rng)
        for name, value in logs.items():
            self._curves.setdefault(name, []).append(value)
        keep, stopped = course.observe(epoch, logs, elapsed())
        if keep:
            self._best, self._outputs = carry, outputs
        if job.on_epoch is not None:
            job.on_epoch(epoch + 1, logs)
        if job.should_stop():
            stopped = "interrupted"
        elif stopped is None and course.is_due(epoch, share):
            stopped = "paused"
        return carry, stopped

    def _epoch(self, carry: Carry, rate: float | None, rng: np.random.Generator) -> tuple[Carry, dict[str, float], Any]:
        prepared, visited = self._prepared, _visited(self._job.train, self._job.recipe, rng)
        changes = {} if rate is None else {"learning_rate": rate}
        hyper = to_runtime(changed(prepared.numbers, changes))
        seed = np.uint32(rng.integers(2**32))
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
        outputs = None
        if self._held is not None:
            data, held = self._held
            means, outputs = prepared.program.score(
                carry, data, held.order, held.rows, prepared.runtime, **prepared.program.statics(held)
            )
            logs = {**logs, **{f"val_{name}": value for name, value in means.items()}}
        return carry, {name: float(value) for name, value in jax.device_get(logs).items()}, outputs

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
