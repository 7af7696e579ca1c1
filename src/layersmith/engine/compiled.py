"""The compiled engine: one XLA program per signature, an epoch at a time.

What it cannot lower raises `Unsupported` before anything is trained; `layersmith.engine.auto` then trains natively.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.course import Course
from layersmith.engine.job import Job, Rows
from layersmith.engine.lower.network import Network, lower, read_weights, variables_of, write_weights
from layersmith.engine.lower.runtime import runtime_values
from layersmith.engine.objective import Objective, outputs_of, read_objective
from layersmith.engine.optimizers import Optimizer, changed, excluded_from_decay, resolve_optimizer, to_runtime
from layersmith.engine.program import Carry, Data, Program, batches, predictor
from layersmith.engine.unsupported import Unsupported
from layersmith.engine.widths import Families, Padding, pad
from layersmith.graph import view
from layersmith.records import StopReason, Training

__all__ = ["CompiledEngine", "Prepared"]

_KEPT_PROGRAMS = 64
_EVALUATION_BATCH = 1024


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A model ready to run: its program and its own numbers.

    Attributes:
        network: The lowered graph.
        program: The compiled functions, shared by all models of the signature.
        padding: How the model's weights get into the program's, where widths are padded.
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


class CompiledEngine:
    """Trains with compiled epochs; keeps the programs it has compiled."""

    name = "compiled"

    def __init__(self) -> None:
        self._programs: OrderedDict[str, Program] = OrderedDict()
        self._predictors: dict[tuple[str, str], Any] = {}
        self._families = Families()

    def prepare(self, model: Any, targets: Sequence[tuple[int, ...] | None], *, rows: int | None = None) -> Prepared:
        """Return the model's program, from the kept ones where its signature is known.

        Args:
            model: A compiled Keras model on any backend.
            targets: Shape of one row of each output's targets; None for an output without targets.
            rows: Rows to train on over all epochs, for a program that other widths and activations may share; None
                for one of the model's own.

        Raises:
            Unsupported: If a part of the model has no compiled form.
        """
        graph = view(model)
        if graph.compiled is None or graph.compiled.optimizer is None:
            raise Unsupported("a model that is not compiled")
        padding = pad(graph, {}) if rows is None else self._families.padding(graph, rows)
        network = lower(padding.graph, padding.finishes)
        kept = excluded_from_decay(model.optimizer, {key: variables_of(network)[key] for key in network.trainable})
        optimizer, numbers = resolve_optimizer(graph.compiled.optimizer, no_decay=kept)
        shapes = [None if shape is None else (None, *shape) for shape in targets]
        objective = read_objective(graph.compiled, outputs_of(model), shapes)
        key = "\n".join([network.signature, padding.signature, repr(optimizer), objective.signature])
        if key not in self._programs:
            self._programs[key] = Program(network, objective, optimizer)
            while len(self._programs) > _KEPT_PROGRAMS:
                self._programs.popitem(last=False)
        self._programs.move_to_end(key)
        runtime = {**runtime_values(graph), **objective.numbers}
        return Prepared(
            network=network,
            program=self._programs[key],
            padding=padding,
            objective=objective,
            runtime={**{name: np.float32(value) for name, value in runtime.items()}, **padding.runtime},
            optimizer=optimizer,
            numbers=numbers,
        )

    def train(self, model: Any, job: Job) -> Training:
        """Train `model` in place; it ends with the weights of the best epoch.

        Args:
            model: A compiled Keras model.
            job: What to train it on, and how.

        Raises:
            Unsupported: If a part of the model has no compiled form; the model is as it was.
        """
        started = time.monotonic()
        rows = len(job.train) * job.recipe.epochs
        prepared = self.prepare(model, [tuple(job.train.y.shape[1:])], rows=rows)
        run = _Run(prepared, job, started)
        run.go()
        write_weights(prepared.network, prepared.padding.extract({**run.best.trained, **run.best.state}))
        return run.record()

    def predict(self, model: Any, x: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        """Return the outputs `(rows, num_outputs)` of `model` on features `x`."""
        padding = self._families.known(view(model))
        network, key = lower(padding.graph, padding.finishes), padding.signature
        if (network.signature, key) not in self._predictors:
            self._predictors[network.signature, key] = jax.jit(predictor(network))
        names = [node.name for node in network.graph.input_nodes]
        inputs = [jnp.asarray(x[name]) for name in names]
        order = batches(np.arange(len(inputs[0])), min(_EVALUATION_BATCH, len(inputs[0])))
        weights = padding.embed(read_weights(network))
        runtime = padding.runtime
        outputs = np.asarray(self._predictors[network.signature, key](weights, inputs, order.order, runtime))
        return outputs.reshape(-1, *outputs.shape[2:])[: order.rows]


class _Run:
    """One training, epoch by epoch."""

    def __init__(self, prepared: Prepared, job: Job, started: float) -> None:
        self._prepared, self._job, self._started = prepared, job, started
        self._course = Course(
            job.recipe, seconds=job.seconds, stop_after=job.stop_after, validated=job.validation is not None
        )
        self._train = _arrays(prepared.network, job.train)
        self._held = None if job.validation is None else _arrays(prepared.network, job.validation)
        self._curves: dict[str, list[float]] = {}
        self._stopped: StopReason = "finished"
        if prepared.optimizer.averaging is not None:
            raise Unsupported("an optimizer that averages weights, in a course that keeps the best epoch")
        weights = prepared.padding.embed(read_weights(prepared.network))
        self.best: Carry = prepared.program.start(weights)

    def go(self) -> None:
        """Run epochs until the course ends."""
        carry, rng = self.best, np.random.default_rng(self._job.recipe.seed)
        for epoch in range(self._job.recipe.epochs):
            carry, logs = self._epoch(carry, epoch, rng)
            elapsed = time.monotonic() - self._started
            for name, value in logs.items():
                self._curves.setdefault(name, []).append(value)
            keep, stop = self._course.observe(epoch, logs, elapsed)
            self.best = carry if keep else self.best
            if self._job.on_epoch is not None:
                self._job.on_epoch(epoch + 1, logs)
            if self._job.should_stop():
                stop = "interrupted"
            if stop is not None:
                self._stopped = stop
                return

    def _epoch(self, carry: Carry, epoch: int, rng: np.random.Generator) -> tuple[Carry, dict[str, float]]:
        program, prepared = self._prepared.program, self._prepared
        order = batches(rng.permutation(len(self._job.train)), self._job.recipe.batch_size)
        hyper = to_runtime(changed(prepared.numbers, {"learning_rate": self._course.rate(epoch)}))
        seed = np.uint32(rng.integers(2**32))
        carry, logs = program.train(
            carry, self._train, order.order, order.rows, prepared.runtime, hyper, seed, whole=order.whole
        )
        if self._held is not None:
            held = batches(np.arange(len(self._held[1][0])), min(_EVALUATION_BATCH, len(self._held[1][0])))
            validation = program.evaluate(carry, self._held, held.order, held.rows, prepared.runtime, whole=held.whole)
            logs = {**logs, **{f"val_{name}": value for name, value in validation.items()}}
        return carry, {name: float(value) for name, value in jax.device_get(logs).items()}

    def record(self) -> Training:
        """Return the record."""
        return Training(
            curves={name: tuple(curve) for name, curve in self._curves.items()},
            best_epoch=self._course.best_epoch,
            planned_epochs=self._course.planned_epochs,
            seconds=time.monotonic() - self._started,
            stopped=self._stopped,
            engine="compiled",
        )


def _arrays(network: Network, rows: Rows) -> Data:
    """Return inputs in the order of the graph's, targets, and no sample weights."""
    names = [node.name for node in network.graph.input_nodes]
    return [jnp.asarray(rows.x[name]) for name in names], [jnp.asarray(rows.y)], [None]
