"""What of an epoch runs on the device: one pass over the training rows, one over those held out."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import jax
import numpy as np

from layersmith.engine.collector import collector_paused
from layersmith.engine.compiled import Prepared
from layersmith.engine.fitting.arguments import Arguments
from layersmith.engine.fitting.data import FitData
from layersmith.engine.fitting.state import ModelState
from layersmith.engine.fitting.visits import Visits, evaluation_batches
from layersmith.engine.program import Example

__all__ = ["Epochs"]


class Epochs:
    """The passes of one `fit`, with their data on the device.

    Args:
        prepared: The model's program.
        train: Rows to train on.
        held: Rows to evaluate on, None for none.
        given: The arguments of `fit`.

    Attributes:
        steps: Batches of a training epoch.
    """

    def __init__(self, prepared: Prepared, train: FitData, held: FitData | None, given: Arguments) -> None:
        self._program = prepared.program
        self._rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002 - keras.utils.set_random_seed seeds it
        self._visits = Visits(
            len(train), given.batch_size, shuffle=given.shuffle, steps=given.steps_per_epoch, rng=self._rng
        )
        self.steps = self._visits.steps
        self._next = self._visits.next_epoch()
        self._to_compile = {"train", "evaluate"}
        self._train, self._runtime = jax.device_put((train.data, prepared.runtime))
        self._held = None
        if held is not None:
            exact = prepared.objective.depends_on_batches or prepared.network.depends_on_batches
            size = given.validation_batch_size or given.batch_size
            order = evaluation_batches(len(held), size, given.validation_steps, exact=exact)
            self._held = jax.device_put((held.data, order.order)), order

    def prepare(self, state: ModelState) -> None:
        """Trace a training epoch without running it, and begin to compile what will be called.

        Raises:
            Unsupported: If a part of the model shows only now that it has no compiled form.
        """
        held = None if self._held is None else (self._held[0][0], self._held[1])
        self._program.prepare(
            Example(
                carry=state.carry,
                train=(self._train, self._next),
                held=held,
                runtime=self._runtime,
                hyper=state.hyper,
                scores=False,
            )
        )

    def _sparing(self, what: str) -> AbstractContextManager[None]:
        """Hold the collector off the first time, which compiles; it takes a walk over all objects that are frozen."""
        if what not in self._to_compile:
            return nullcontext()
        self._to_compile.remove(what)
        return collector_paused()

    def train(self, state: ModelState) -> dict[str, Any]:
        """Train one epoch, which moves the state on, and return its means."""
        now, seed = self._next, np.uint32(self._rng.integers(2**32))
        statics = self._program.statics(now)
        with self._sparing("train"):
            state.carry, logs = self._program.train(
                state.carry, self._train, now.order, now.rows, self._runtime, state.hyper, seed, **statics
            )
        self._next = self._visits.next_epoch()
        return _fetched(logs)

    def evaluate(self, state: ModelState) -> dict[str, Any]:
        """Return the means over the rows held out, nothing where there are none."""
        if self._held is None:
            return {}
        (data, order), batches = self._held
        statics = self._program.statics(batches)
        with self._sparing("evaluate"):
            logs, moved = self._program.evaluate(state.carry, data, order, batches.rows, self._runtime, **statics)
        state.carry = replace(state.carry, state={**state.carry.state, **moved})
        return _fetched(logs)


def _fetched(logs: Mapping[str, Any]) -> dict[str, Any]:
    """Return numbers, and arrays where a metric gives one value per class."""
    return {name: value if value.ndim else float(value) for name, value in jax.device_get(logs).items()}
