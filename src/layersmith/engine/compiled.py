"""The compiled engine: one XLA program per signature, an epoch at a time.

What it cannot lower raises `Unsupported` before anything is trained; `layersmith.engine.auto` then trains natively.
"""

from collections import OrderedDict
from collections.abc import Sequence
from math import inf
from typing import Any
from weakref import WeakSet

import numpy as np

from layersmith.engine.device_data import DeviceData
from layersmith.engine.effort import compiler_options
from layersmith.engine.job import Begun, Job, Trained
from layersmith.engine.lower.network import lower, variables_of, write_weights
from layersmith.engine.lower.runtime import runtime_values
from layersmith.engine.objective import outputs_of, read_objective
from layersmith.engine.optimizers import excluded_from_decay, resolve_optimizer
from layersmith.engine.own_methods import require_keras_methods
from layersmith.engine.program import Program
from layersmith.engine.run import Prepared, Run
from layersmith.engine.unsupported import Unsupported
from layersmith.engine.widths import SECONDS_PER_MAC, Families, macs_of, pad, switched_in
from layersmith.graph import view
from layersmith.space import HyperParameters

__all__ = ["CompiledEngine", "Prepared"]

_KEPT_PROGRAMS = 64


class CompiledEngine:
    """Trains with compiled epochs; keeps the programs it has compiled.

    Args:
        pads: Whether models that differ in widths and activations share programs, by padding; a single architecture has
            a faster program without.
    """

    name = "compiled"

    def __init__(self, *, pads: bool = True) -> None:
        self._pads = pads
        self._programs: OrderedDict[str, Program] = OrderedDict()
        self._device = DeviceData()
        self._families = Families()
        self._checked = WeakSet[Program]()

    @property
    def programs(self) -> tuple[Program, ...]:
        """The programs that are kept, the last used last."""
        return tuple(self._programs.values())

    def expect(self, space: HyperParameters) -> None:
        """Make programs for the activations that a search chooses between: fewer branches compile sooner.

        Args:
            space: What candidates are drawn from; it may grow, and others than its own are compiled too.
        """
        self._families.among = switched_in(space)

    def forget(self) -> None:
        """Let go of all programs, once nothing more is trained."""
        while self._programs:
            self._programs.popitem()[1].forget()

    def prepare(self, model: Any, targets: Sequence[tuple[int, ...] | None], *, rows: int, shared: bool) -> Prepared:
        """Return the model's program, from the kept ones where its signature is known.

        Args:
            model: A compiled Keras model on any backend.
            targets: Shape of one row of each output's targets; None for an output without targets.
            rows: Rows to train on, over all epochs.
            shared: Whether other widths and activations may share the program, by padding.

        Raises:
            Unsupported: If a part of the model has no compiled form.
        """
        graph = view(model, needs_configs=False)
        require_keras_methods(model)
        if graph.compiled is None or graph.compiled.optimizer is None:
            raise Unsupported("a model that is not compiled")
        padding, network = pad(graph, {}), lower(graph)
        if shared and not network.is_whole:  # a layer that is traced as it is takes no padding
            padding = self._families.padding(graph, rows)
            network = lower(padding.graph, padding.finishes)
        kept = excluded_from_decay(model.optimizer, {key: variables_of(network)[key] for key in network.trainable})
        optimizer, numbers = resolve_optimizer(graph.compiled.optimizer, no_decay=kept)
        shapes = [None if shape is None else (None, *shape) for shape in targets]
        objective = read_objective(graph.compiled, outputs_of(model), shapes)
        seconds = inf if shared else macs_of(graph) * rows * SECONDS_PER_MAC
        options = compiler_options(graph, seconds)
        key = "\n".join([network.signature, padding.signature, optimizer.signature, objective.signature, repr(options)])
        if key not in self._programs:
            self._programs[key] = Program(network, objective, optimizer, options, key)
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

    def begin(self, model: Any, job: Job) -> Begun:
        """Find the program of a model, and note the weights from which the training will start.

        Args:
            model: A compiled Keras model.
            job: What to train it on, and how.

        Returns:
            The training; any number of them may run at once.

        Raises:
            Unsupported: If a part of the model has no compiled form; the model is as it was.
        """
        rows = len(job.train) * job.recipe.epochs
        prepared = self.prepare(model, [tuple(job.train.y.shape[1:])], rows=rows, shared=self._pads)
        names = [node.name for node in prepared.network.graph.input_nodes]
        held = None if job.validation is None else self._device.data(names, job.validation)
        run = Run(prepared, job, self._device.data(names, job.train), held)
        if prepared.program not in self._checked:
            run.prepare()
            self._checked.add(prepared.program)

        def train(share: float = 1.0) -> Trained:
            trained = run.go(share)
            write_weights(prepared.network, prepared.padding.extract(run.best_weights))
            return trained

        return train
