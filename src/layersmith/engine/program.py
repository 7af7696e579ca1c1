"""One signature's compiled functions: a training epoch, an evaluation, a prediction.

An epoch is one `lax.scan` over batches; Python is back between epochs only. The data enter whole, with the order of
their rows, so that folds and shuffles are inputs and not programs. The last batch of an epoch may be smaller: it is
filled up with rows that a mask leaves out of loss, metrics and batch statistics.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from layersmith.engine.losses import Loss, reduce
from layersmith.engine.lower.env import Env
from layersmith.engine.lower.network import Network
from layersmith.engine.metrics import Metric
from layersmith.engine.optimizers import Optimizer
from layersmith.engine.unsupported import Unsupported
from layersmith.graph import Reference

__all__ = ["Batches", "Carry", "Program", "batches", "predictor"]

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


def batches(index: NDArray[Any], batch_size: int) -> Batches:
    """Return `index` cut into batches.

    Example:
        >>> batches(np.arange(5), 2).order.tolist()
        [[0, 1], [2, 3], [4, 0]]
    """
    steps = -(-len(index) // batch_size)
    order = np.zeros(steps * batch_size, np.int32)
    order[: len(index)] = index
    whole = steps * batch_size == len(index)
    return Batches(order=order.reshape(steps, batch_size), rows=len(index), whole=whole)


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


class Program:
    """The compiled functions of one network with one loss, one optimizer and one set of metrics.

    Args:
        network: The lowered graph.
        loss: The loss.
        metrics: Metrics beside the loss.
        optimizer: The update rule.
    """

    def __init__(self, network: Network, loss: Loss, metrics: Sequence[Metric], optimizer: Optimizer) -> None:
        if not isinstance(network.graph.outputs, Reference):
            raise Unsupported("a model with several outputs")
        self._network, self._loss, self._metrics, self._optimizer = network, loss, tuple(metrics), optimizer
        self.train = jax.jit(self._train, static_argnames=("whole",))
        self.evaluate = jax.jit(self._evaluate, static_argnames=("whole",))

    def check(self, carry: Carry, data: tuple[Any, Any, Any], order: Batches, runtime: Arrays, hyper: Arrays) -> None:
        """Trace the training epoch without running it; the trace is kept for the first epoch.

        Raises:
            Unsupported: If a part of the model shows only now that it has no compiled form.
        """
        seed = jnp.uint32(0)
        self.train.eval_shape(carry, data, order.order, order.rows, runtime, hyper, seed, whole=order.whole)

    def start(self, weights: Arrays) -> Carry:
        """Return the state before the first epoch."""
        trained = {key: jnp.asarray(weights[key]) for key in self._network.trainable}
        state = {key: jnp.asarray(weights[key]) for key in self._network.state}
        return Carry(trained=trained, state=state, slots=self._optimizer.init(trained))

    def _train(
        self,
        carry: Carry,
        data: tuple[Any, Any, Any],
        order: Any,
        rows: Any,
        runtime: Arrays,
        hyper: Arrays,
        seed: Any,
        *,
        whole: bool,
    ) -> tuple[Carry, dict[str, Any]]:
        """Train one epoch; return the new state and the epoch's mean loss and metrics."""

        def step(held: tuple[Carry, Any], batch: tuple[Any, Any]) -> tuple[tuple[Carry, Any], None]:
            now, sums = held
            number, index = batch
            x, y, sample_weight = _rows_at(data, index)
            mask = _mask(number, index, rows, whole)
            step_seed = jnp.asarray(seed, jnp.uint32) + number.astype(jnp.uint32) * np.uint32(0x9E3779B1)
            compute = partial(self._loss_of, state=now.state, x=x, y=y, sample_weight=sample_weight, mask=mask)
            grad = jax.value_and_grad(partial(compute, runtime=runtime, seed=step_seed), has_aux=True)
            (loss, (predicted, updates)), gradients = grad(now.trained)
            trained, slots = self._optimizer.update(now.trained, gradients, now.slots, hyper)
            for key, constrain in self._network.constraints.items():
                trained = {**trained, key: constrain(trained[key])}
            sums = self._count(sums, loss, y, predicted, sample_weight, mask)
            return (Carry(trained=trained, state={**now.state, **updates}, slots=slots), sums), None

        numbers = jnp.arange(order.shape[0], dtype=jnp.int32)
        (carry, sums), _ = lax.scan(step, (carry, self._zero()), (numbers, order))
        return carry, self._logs(sums)

    def _loss_of(
        self,
        trained: Arrays,
        *,
        state: Arrays,
        x: Sequence[Any],
        y: Any,
        sample_weight: Any,
        mask: Any,
        runtime: Arrays,
        seed: Any,
    ) -> tuple[Any, tuple[Any, Arrays]]:
        env = Env(training=True, seed=seed, row_mask=mask, runtime=runtime)
        predicted = self._network.apply({**trained, **state}, x, env)
        loss = reduce(self._loss, y, predicted, sample_weight=sample_weight, row_mask=mask)
        return sum(env.penalties, loss), (predicted, dict(env.updates))

    def _evaluate(
        self, carry: Carry, data: tuple[Any, Any, Any], order: Any, rows: Any, runtime: Arrays, *, whole: bool
    ) -> dict[str, Any]:
        """Return mean loss and metrics over the rows in `order`."""

        def step(sums: Any, batch: tuple[Any, Any]) -> tuple[Any, None]:
            number, index = batch
            x, y, sample_weight = _rows_at(data, index)
            mask = _mask(number, index, rows, whole)
            env = Env(training=False, row_mask=mask, runtime=runtime)
            predicted = self._network.apply({**carry.trained, **carry.state}, x, env)
            loss = reduce(self._loss, y, predicted, sample_weight=sample_weight, row_mask=mask)
            return self._count(sums, sum(env.penalties, loss), y, predicted, sample_weight, mask), None

        numbers = jnp.arange(order.shape[0], dtype=jnp.int32)
        sums, _ = lax.scan(step, self._zero(), (numbers, order))
        return self._logs(sums)

    # Means over an epoch.

    def _zero(self) -> Any:
        return (jnp.float32(0.0), jnp.float32(0.0)), [metric.init() for metric in self._metrics]

    def _count(self, sums: Any, loss: Any, y: Any, predicted: Any, sample_weight: Any, mask: Any) -> Any:
        (total, count), states = sums
        live = jnp.float32(predicted.shape[0]) if mask is None else jnp.sum(mask)
        updated = [
            metric.update(state, y, predicted, sample_weight, mask)
            for metric, state in zip(self._metrics, states, strict=True)
        ]
        return (total + loss * live, count + live), updated

    def _logs(self, sums: Any) -> dict[str, Any]:
        (total, count), states = sums
        named = {metric.name: metric.result(state) for metric, state in zip(self._metrics, states, strict=True)}
        return {**named, "loss": total / jnp.maximum(count, 1.0)}


def predictor(network: Network) -> Callable[[Arrays, Sequence[Any], Any, Arrays], Any]:
    """Return the function `(weights, inputs, order, runtime) -> outputs (steps, batch, ...)` of a network."""

    def predict(weights: Arrays, inputs: Sequence[Any], order: Any, runtime: Arrays) -> Any:
        def step(_: None, index: Any) -> tuple[None, Any]:
            env = Env(training=False, runtime=runtime)
            return None, network.apply(weights, [values[index] for values in inputs], env)

        return lax.scan(step, None, order)[1]

    return predict


def _rows_at(data: tuple[Any, Any, Any], index: Any) -> tuple[list[Any], Any, Any]:
    x, y, sample_weight = data
    taken = None if sample_weight is None else sample_weight[index]
    return [values[index] for values in x], y[index], taken


def _mask(number: Any, index: Any, rows: Any, whole: bool) -> Any:
    """Return 1 for the batch's rows that exist, or None for a whole batch."""
    if whole:
        return None
    position = number * index.shape[0] + jnp.arange(index.shape[0], dtype=jnp.int32)
    return (position < rows).astype(jnp.float32)
