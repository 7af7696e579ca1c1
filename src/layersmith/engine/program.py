"""One signature's compiled functions: a training epoch, an evaluation, a prediction.

An epoch is one loop over batches inside XLA; Python is back between epochs only. The data enter whole, with the order
of their rows, so that folds and shuffles are inputs and not programs. The last batch of an epoch may be smaller: it is
filled up with rows that a mask leaves out of loss, metrics and batch statistics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax import lax
from numpy.typing import NDArray

from layersmith.engine.lower.env import Env
from layersmith.engine.lower.network import Network
from layersmith.engine.objective import Batch, Objective, Sums
from layersmith.engine.optimizers import Optimizer

__all__ = ["Batches", "Carry", "Data", "Program", "batches"]

Arrays = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Batches:
    """Rows in the order they are visited, in batches.

    Attributes:
        order: Row indices `(steps, batch)`; the last batch is filled up with row 0.
        rows: Rows that exist, of the `steps * batch`.
        whole: Whether the last batch needs no filling; static, such a program has no masks.
    """

    order: NDArray[np.int32]
    rows: int
    whole: bool


def batches(index: NDArray[Any], batch_size: int, *, room: int = 0) -> Batches:
    """Return `index` cut into batches.

    Args:
        index: Numbers of rows.
        batch_size: Rows of one batch.
        room: Rows to have room for, at least; index sets of different lengths share a program that way.

    Example:
        >>> batches(np.arange(5), 2).order.tolist()
        [[0, 1], [2, 3], [4, 0]]
    """
    steps = -(-max(len(index), room) // batch_size)
    order = np.zeros(steps * batch_size, np.int32)
    order[: len(index)] = index
    return Batches(order=order.reshape(steps, batch_size), rows=len(index), whole=len(index) % batch_size == 0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Carry:
    """What training changes.

    Attributes:
        trained: Trainable weights by key.
        state: Other weights by key.
        slots: The optimizer's state.
    """

    trained: dict[str, Any]
    state: dict[str, Any]
    slots: Any


jax.tree_util.register_dataclass(Carry, data_fields=["trained", "state", "slots"], meta_fields=[])


Data = tuple[Sequence[Any], Sequence[Any], Sequence[Any]]
"""Rows of a data set: inputs, targets of each output, and sample weights of each output, None where there are none."""


class Program:
    """The compiled functions of one network with one objective and one optimizer.

    Args:
        network: The lowered graph.
        objective: Losses and metrics of its outputs.
        optimizer: The update rule.
    """

    def __init__(self, network: Network, objective: Objective, optimizer: Optimizer) -> None:
        self._network, self._objective, self._optimizer = network, objective, optimizer
        self.train = jax.jit(self._train, static_argnames=("whole",))
        self.evaluate = jax.jit(self._evaluate, static_argnames=("whole",))
        self.score = jax.jit(self._score, static_argnames=("whole",))
        self._lock, self._warm = Lock(), set[Any]()

    def check(self, carry: Carry, data: Data, order: Batches, runtime: Arrays, hyper: Arrays) -> None:
        """Trace the training epoch without running it; the trace is kept for the first epoch.

        Raises:
            Unsupported: If a part of the model shows only now that it has no compiled form.
        """
        seed = np.uint32(0)
        self.train.eval_shape(carry, data, order.order, order.rows, runtime, hyper, seed, whole=order.whole)

    def warm_up(
        self,
        carry: Carry,
        train: tuple[Data, Batches],
        held: tuple[Data, Batches] | None,
        runtime: Arrays,
        hyper: Arrays,
    ) -> None:
        """Compile what a training will call, by epochs of no batches; once, whoever asks first.

        Args:
            carry: The state it starts from.
            train: Data and the batches of an epoch.
            held: Data and batches that are scored after each epoch, or None.
            runtime: The layers' runtime values.
            hyper: The optimizer's.
        """
        key = jax.tree.map(np.shape, (train[0], train[1].order, held and (held[0], held[1].order))), train[1].whole
        with self._lock:
            if repr(key) in self._warm:
                return
            data, order = train
            self.train(carry, data, order.order, 0, runtime, hyper, np.uint32(0), whole=order.whole)
            if held is not None:
                self.score(carry, held[0], held[1].order, 0, runtime, whole=held[1].whole)
            self._warm.add(repr(key))

    def start(self, weights: Arrays) -> Carry:
        """Return the state before the first epoch, on the device.

        Args:
            weights: NumPy arrays by key.
        """
        trained = {key: weights[key] for key in self._network.trainable}
        state = {key: weights[key] for key in self._network.state}
        started: Carry = jax.device_put(Carry(trained=trained, state=state, slots=self._optimizer.init(trained)))
        return started

    def _train(
        self,
        carry: Carry,
        data: Data,
        order: Any,
        rows: Any,
        runtime: Arrays,
        hyper: Arrays,
        seed: Any,
        *,
        whole: bool,
    ) -> tuple[Carry, dict[str, Any]]:
        """Train one epoch; return the new state and the epoch's mean loss and metrics."""

        def step(number: Any, held: tuple[Carry, Sums]) -> tuple[Carry, Sums]:
            now, sums = held
            index = order[number]
            mask = _mask(number, index, rows, whole)
            step_seed = jnp.asarray(seed, jnp.uint32) + number.astype(jnp.uint32) * np.uint32(0x9E3779B1)
            env = Env(training=True, seed=step_seed, row_mask=mask, runtime=runtime)
            loss_of = partial(self._loss_of, state=now.state, data=_rows_at(data, index), env=env)
            (loss, (seen, losses, updates)), gradients = jax.value_and_grad(loss_of, has_aux=True)(now.trained)
            trained, slots = self._optimizer.update(now.trained, gradients, now.slots, hyper)
            for key, constrain in self._network.constraints.items():
                trained = {**trained, key: constrain(trained[key])}
            sums = self._objective.count(sums, _as_measured(seen), loss, losses)
            return Carry(trained=trained, state={**now.state, **updates}, slots=slots), sums

        carry, sums = lax.fori_loop(0, _steps(order, rows), step, (carry, self._objective.zero()))
        return carry, self._objective.logs(sums)

    def _loss_of(self, trained: Arrays, *, state: Arrays, data: Data, env: Env) -> tuple[Any, tuple[Any, Any, Arrays]]:
        """Return the loss of a batch with its penalties, and what it was computed from."""
        x, targets, sample_weight = data
        outputs = jax.tree.leaves(self._network.apply({**trained, **state}, x, env))
        masks = [env.masks.of(output) for output in outputs]
        batch = Batch(targets=targets, outputs=outputs, masks=masks, sample_weight=sample_weight, rows=env.row_mask)
        losses = self._objective.losses(batch)
        total = sum(env.penalties, self._objective.total(losses, env.runtime))
        return total, (batch, losses, dict(env.updates))

    def _evaluate(
        self, carry: Carry, data: Data, order: Any, rows: Any, runtime: Arrays, *, whole: bool
    ) -> dict[str, Any]:
        """Return mean loss and metrics over the rows in `order`."""

        def step(number: Any, sums: Sums) -> Sums:
            return self._counted(sums, carry, data, order[number], _mask(number, order[number], rows, whole), runtime)[
                0
            ]

        return self._objective.logs(lax.fori_loop(0, _steps(order, rows), step, self._objective.zero()))

    def _score(
        self, carry: Carry, data: Data, order: Any, rows: Any, runtime: Arrays, *, whole: bool
    ) -> tuple[dict[str, Any], list[Any]]:
        """Return what `_evaluate` does, and the outputs, each `(batches, batch, ...)`."""

        def step(number: Any, held: tuple[Sums, list[Any]]) -> tuple[Sums, list[Any]]:
            sums, found = held
            mask = _mask(number, order[number], rows, whole)
            sums, outputs = self._counted(sums, carry, data, order[number], mask, runtime)
            return sums, [
                lax.dynamic_update_index_in_dim(*pair, number, 0) for pair in zip(found, outputs, strict=True)
            ]

        counted = partial(self._counted, self._objective.zero(), carry, data, order[0], None, runtime)
        empty = [jnp.zeros((order.shape[0], *made.shape), made.dtype) for made in jax.eval_shape(counted)[1]]
        sums, outputs = lax.fori_loop(0, _steps(order, rows), step, (self._objective.zero(), empty))
        return self._objective.logs(sums), outputs

    def _counted(
        self, sums: Sums, carry: Carry, data: Data, index: Any, mask: Any, runtime: Arrays
    ) -> tuple[Sums, Sequence[Any]]:
        """Return the sums with one more batch in them, and the batch's outputs."""
        env = Env(training=False, row_mask=mask, runtime=runtime)
        loss, (seen, losses, _) = self._loss_of(carry.trained, state=carry.state, data=_rows_at(data, index), env=env)
        return self._objective.count(sums, seen, loss, losses), seen.outputs


def _as_measured(batch: Batch) -> Batch:
    """Return a training batch as Keras' metrics see it: on JAX, differentiating takes the masks off the outputs."""
    return replace(batch, masks=[None] * len(batch.masks)) if keras.backend.backend() == "jax" else batch


def _rows_at(data: Data, index: Any) -> Data:
    taken: Data = jax.tree.map(lambda values: values[index], data)
    return taken


def _steps(order: Any, rows: Any) -> Any:
    """Return the number of batches that hold rows; `order` may have room for more, so that folds share a program."""
    return (jnp.asarray(rows, jnp.int32) + order.shape[1] - 1) // order.shape[1]


def _mask(number: Any, index: Any, rows: Any, whole: bool) -> Any:
    """Return 1 for the batch's rows that exist, or None for a whole batch."""
    if whole:
        return None
    position = number * index.shape[0] + jnp.arange(index.shape[0], dtype=jnp.int32)
    return (position < rows).astype(jnp.float32)
