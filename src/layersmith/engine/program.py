"""One signature's compiled functions: a training epoch, an evaluation, a prediction.

An epoch is one loop over batches inside XLA; Python is back between epochs only. The data enter whole, with the order
of their rows, so that folds and shuffles are inputs and not programs. The last batch of an epoch may be smaller: it is
filled up with rows that a mask leaves out of loss, metrics and batch statistics.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
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

from layersmith.engine.collector import collector_paused
from layersmith.engine.kept import KeptFunction
from layersmith.engine.lower.conv import prefers_patches
from layersmith.engine.lower.env import Env
from layersmith.engine.lower.network import Network
from layersmith.engine.objective import Batch, Objective, Sums
from layersmith.engine.optimizers import Optimizer
from layersmith.engine.unsupported import Unsupported

__all__ = ["Batches", "Carry", "Data", "Example", "Program", "batches"]

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


@dataclass(frozen=True, kw_only=True, eq=False)
class Example:
    """Arguments of a training's epochs, as it will call them.

    Attributes:
        carry: The state it starts from.
        train: Data and the batches of an epoch.
        held: Data and batches that are evaluated after each epoch, or None.
        runtime: The layers' runtime values.
        hyper: The optimizer's.
        scores: Whether `score` is what evaluates, and not `evaluate`.
    """

    carry: Carry
    train: tuple[Data, Batches]
    held: tuple[Data, Batches] | None
    runtime: Arrays
    hyper: Arrays
    scores: bool


class Program:
    """The compiled functions of one network with one objective and one optimizer.

    Args:
        network: The lowered graph.
        objective: Losses and metrics of its outputs.
        optimizer: The update rule.
        options: Options of XLA's compiler.
        signature: All that the program depends on, to find its functions on disk by; None where that cannot be said.
    """

    def __init__(
        self,
        network: Network,
        objective: Objective,
        optimizer: Optimizer,
        options: Mapping[str, Any] | None = None,
        signature: str | None = None,
    ) -> None:
        self._network, self._objective, self._optimizer = network, objective, optimizer
        made = partial(KeptFunction, signature=None if network.is_whole else signature, options=options)
        self.train, self.evaluate, self.score = map(made, (self._train, self._evaluate, self._score))
        self._lock, self._warm = Lock(), set[Any]()

    def prepare(self, example: Example) -> None:
        """Trace what a training will call without running it, and have it compiled in other threads.

        Raises:
            Unsupported: If a part of the model shows only now that it has no compiled form.
        """
        if self._network.is_whole:
            with collector_paused():
                *_, (function, args, statics) = self._calls(example)
                traced = function.trace(*args, **statics)
            _require_no_convolution(traced)
            data, order = example.held or example.train
            self.evaluate.shapes(example.carry, data, order.order, 0, example.runtime, **self.statics(order))
        self._begin(example)

    def _begin(self, example: Example) -> None:
        with collector_paused():
            for function, args, statics in self._calls(example):
                function.begin(*args, **statics)

    def _calls(self, example: Example) -> Iterator[tuple[KeptFunction, tuple[Any, ...], dict[str, Any]]]:
        """Yield what an epoch calls, with arguments for no batches, and what of them is static.

        Training comes last: what evaluates is soon traced, and compiles on another core while training is traced.
        """
        carry, runtime, (data, order) = example.carry, example.runtime, example.train
        if example.held is not None:
            held, once = example.held
            function = self.score if example.scores else self.evaluate
            yield function, (carry, held, once.order, 0, runtime), self.statics(once)
        yield self.train, (carry, data, order.order, 0, runtime, example.hyper, np.uint32(0)), self.statics(order)

    def statics(self, order: Batches) -> dict[str, Any]:
        """Return what of an epoch's batches is baked into its program, as arguments of `train` and its like.

        `whole`: no batch is filled up. `last`: where a layer may mix rows, nothing may fill a batch up; the last one of
        so many rows runs at its own size then.
        """
        if order.whole or not self._network.is_whole:
            return {"whole": order.whole, "last": 0}
        return {"whole": True, "last": order.rows % order.order.shape[1]}

    def warm_up(self, example: Example) -> None:
        """Compile what a training will call, by epochs of no batches; once, whoever asks first."""
        (data, order), held = example.train, example.held
        key = jax.tree.map(np.shape, (data, order.order, held and (held[0], held[1].order))), order.whole
        with self._lock, collector_paused():
            if repr(key) in self._warm:
                return
            self._begin(example)
            for function, args, statics in self._calls(example):
                function(*args, **statics)
            self._warm.add(repr(key))

    def forget(self) -> None:
        """Let go of what was compiled; a later call compiles again.

        Python's collector would find it in the end, but late: it does not see how much memory is behind it.
        """
        with self._lock:
            self._warm.clear()
            for compiled in (self.train, self.evaluate, self.score):
                compiled.forget()

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
        last: int = 0,
    ) -> tuple[Carry, dict[str, Any]]:
        """Train one epoch; return the new state and the epoch's mean loss and metrics."""

        def step(number: Any, index: Any, held: tuple[Carry, Sums]) -> tuple[Carry, Sums]:
            now, sums = held
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

        carry, sums = _over(order, rows, last, step, (carry, self._objective.zero()))
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
        self, carry: Carry, data: Data, order: Any, rows: Any, runtime: Arrays, *, whole: bool, last: int = 0
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return mean loss and metrics over the rows in `order`, and the state that changes even then."""
        moved: dict[str, None] = {}

        def step(number: Any, index: Any, held: tuple[Arrays, Sums]) -> tuple[Arrays, Sums]:
            counted = self._counted(carry.trained, held, data, index, _mask(number, index, rows, whole), runtime)
            moved.update(dict.fromkeys(counted.moved))
            return counted.state, counted.sums

        state, sums = _over(order, rows, last, step, (carry.state, self._objective.zero()))
        return self._objective.logs(sums), {key: state[key] for key in moved}

    def _score(
        self, carry: Carry, data: Data, order: Any, rows: Any, runtime: Arrays, *, whole: bool, last: int = 0
    ) -> tuple[dict[str, Any], list[Any]]:
        """Return what `_evaluate` does, and the outputs, each `(batches, batch, ...)`."""

        def step(number: Any, index: Any, held: tuple[tuple[Arrays, Sums], list[Any]]) -> Any:
            before, found = held
            counted = self._counted(carry.trained, before, data, index, _mask(number, index, rows, whole), runtime)
            outputs = [_put(*pair, number) for pair in zip(found, counted.outputs, strict=True)]
            return (counted.state, counted.sums), outputs

        start = carry.state, self._objective.zero()
        made = jax.eval_shape(partial(self._outputs_of, carry, runtime=runtime), _rows_at(data, order[0])[0])
        empty = [jnp.zeros((order.shape[0], *each.shape), each.dtype) for each in made]
        (_, sums), outputs = _over(order, rows, last, step, (start, empty))
        return self._objective.logs(sums), outputs

    def _outputs_of(self, carry: Carry, x: Sequence[Any], *, runtime: Arrays) -> list[Any]:
        env = Env(training=False, row_mask=None, runtime=runtime)
        outputs: list[Any] = jax.tree.leaves(self._network.apply({**carry.trained, **carry.state}, x, env))
        return outputs

    def _counted(
        self, trained: Arrays, held: tuple[Arrays, Sums], data: Data, index: Any, mask: Any, runtime: Arrays
    ) -> "_Counted":
        """Evaluate one more batch, with state and sums so far."""
        state, sums = held
        env = Env(training=False, row_mask=mask, runtime=runtime)
        loss, (seen, losses, moved) = self._loss_of(trained, state=state, data=_rows_at(data, index), env=env)
        sums = self._objective.count(sums, seen, loss, losses)
        return _Counted(sums=sums, outputs=seen.outputs, state={**state, **moved}, moved=tuple(moved))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Counted:
    """An evaluated batch: sums with it, its outputs, the state after it, and the keys of what it changed of that."""

    sums: Sums
    outputs: Sequence[Any]
    state: Arrays
    moved: tuple[str, ...]


def _over(order: Any, rows: Any, last: int, step: Callable[[Any, Any, Any], Any], held: Any) -> Any:
    """Run `step(number, index, held)` over the batches, one of `last` rows at the end at its own size."""
    steps = lax.div(jnp.asarray(rows, jnp.int32), np.int32(order.shape[1])) if last else _steps(order, rows)
    held = lax.fori_loop(0, steps, lambda number, held: step(number, order[number], held), held)
    return step(steps, order[steps][:last], held) if last else held


def _put(found: Any, outputs: Any, number: Any) -> Any:
    """Put the outputs of a batch, or of a smaller one, in their place."""
    return lax.dynamic_update_slice(found, outputs[None], (number, *(0,) * outputs.ndim))


def _require_no_convolution(traced: Any) -> None:
    """Refuse XLA's own convolutions on a CPU, which are many times slower inside a loop than outside.

    Raises:
        Unsupported: If a layer that is traced as it is holds one.
    """
    if prefers_patches() and "conv_general_dilated" in str(traced):
        raise Unsupported("a convolution inside a layer of the user's own", "slow inside a compiled epoch on a CPU")


def _as_measured(batch: Batch) -> Batch:
    """Return a training batch as Keras' metrics see it: on JAX, differentiating takes the masks off the outputs."""
    return replace(batch, masks=[None] * len(batch.masks)) if keras.backend.backend() == "jax" else batch


def _rows_at(data: Data, index: Any) -> Data:
    taken: Data = jax.tree.map(lambda values: values[index], data)
    return taken


def _steps(order: Any, rows: Any) -> Any:
    """Return the number of batches that hold rows; `order` may have room for more, so that folds share a program."""
    return lax.div(jnp.asarray(rows, jnp.int32) + (order.shape[1] - 1), np.int32(order.shape[1]))


def _mask(number: Any, index: Any, rows: Any, whole: bool) -> Any:
    """Return 1 for the batch's rows that exist, or None for a whole batch."""
    if whole:
        return None
    position = number * index.shape[0] + jnp.arange(index.shape[0], dtype=jnp.int32)
    return (position < rows).astype(jnp.float32)
