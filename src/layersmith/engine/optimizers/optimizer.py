"""One update of all variables: clip, decay, the rule's step, average; in the order of Keras."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from layersmith.engine.optimizers.clip import clip_gradients
from layersmith.engine.optimizers.decay import decay_weights
from layersmith.engine.optimizers.ema import Averaging, overwrite_with_average, update_average
from layersmith.engine.optimizers.rule import Hyper, Rule
from layersmith.engine.schedules import Schedule

__all__ = ["ACCUMULATOR", "AVERAGE", "SCHEDULE_PREFIX", "Optimizer", "Params", "State"]

Params: TypeAlias = dict[str, jax.Array]
"""Variables, or their gradients, by name."""

State: TypeAlias = dict[str, Any]
"""`iterations` (int32), and by name the rule's shared scalars and its slots; a slot is a dictionary like `Params`."""

AVERAGE, ACCUMULATOR = "average", "gradient_accumulator"
SCHEDULE_PREFIX = "schedule."


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """The structure of an optimizer: hashable, so it can be a static argument of a compiled program.

    Two optimizers that compare equal differ at most in numbers, and one program serves both. The update follows
    `_backend_apply_gradients` in `keras/src/backend/jax/optimizer.py`. Constraints on variables come after it and are
    the caller's. An entry whose weight, gradient and slots are zero stays zero under every rule here (decay and
    averaging included).

    Attributes:
        name: Class name in Keras, for messages; not part of the comparison, so `AdamW` is `Adam` that decays.
        rule: The update of one variable.
        schedule: Gives the learning rate from the step; None where it is the number `learning_rate`.
        clipping: `clipnorm`, `global_clipnorm`, `clipvalue`, or None.
        decays: Whether weights decay.
        no_decay: Names of the variables that do not.
        averaging: The moving average of the weights, if one is kept.
        accumulation_steps: Calls whose mean gradient makes one update; None for one.

    Example:
        >>> from layersmith.engine.optimizers import resolve_optimizer, to_runtime
        >>> optimizer, numbers = resolve_optimizer({"class_name": "SGD", "config": {
        ...     "learning_rate": 0.5, "momentum": 0.0, "nesterov": False}})
        >>> params = {"kernel": jnp.ones(2)}
        >>> state, hyper = optimizer.init(params), to_runtime(numbers)
        >>> params, state = optimizer.update(params, {"kernel": jnp.ones(2)}, state, hyper)
        >>> params["kernel"].tolist(), int(state["iterations"])
        ([0.5, 0.5], 1)
    """

    name: str = field(compare=False)
    rule: Rule
    schedule: Schedule | None = None
    clipping: str | None = None
    decays: bool = False
    no_decay: frozenset[str] = field(default_factory=frozenset)
    averaging: Averaging | None = None
    accumulation_steps: int | None = None

    def init(self, params: Params) -> State:
        """Return the state before the first update, for variables of any shapes.

        The arrays are NumPy's: JAX would compile a program for each new shape only to fill it.
        """
        fill = dict(self.rule.fill)
        state: State = {"iterations": np.zeros((), np.int32)}
        state |= {name: np.asarray(value, np.float32) for name, value in self.rule.shared}
        for slot in self.slot_names:
            value = fill.get(slot, 0.0)
            state[slot] = {name: np.full(variable.shape, value, variable.dtype) for name, variable in params.items()}
        return state

    @property
    def signature(self) -> str:
        """What of it is baked into a program, in words that mean the same in every process."""
        rule = [_name(value) if callable(value) else value for value in vars(self.rule).values()]
        schedule = None if self.schedule is None else _name(self.schedule)
        others = [
            vars(self)[each.name] for each in fields(self) if each.name not in ("name", "rule", "schedule", "no_decay")
        ]
        return repr((rule, schedule, sorted(self.no_decay), others))

    @property
    def slot_names(self) -> tuple[str, ...]:
        """All entries of the state that hold one array per variable."""
        wrapped = (AVERAGE,) * (self.averaging is not None) + (ACCUMULATOR,) * (self.accumulation_steps is not None)
        return wrapped + self.rule.slot_names

    def learning_rate(self, iterations: jax.Array, hyper: Hyper) -> jax.Array:
        """Return the rate of the call that follows `iterations` calls.

        Args:
            iterations: Calls of `update` so far, an int32 scalar.
            hyper: The numbers; those of the schedule are named `schedule.<name>`.
        """
        if self.schedule is None:
            return hyper["learning_rate"]
        numbers = {
            name.removeprefix(SCHEDULE_PREFIX): value
            for name, value in hyper.items()
            if name.startswith(SCHEDULE_PREFIX)
        }
        return self.schedule(iterations, numbers)

    def update(self, params: Params, grads: Params, state: State, hyper: Hyper) -> tuple[Params, State]:
        """Return the variables and the state after one call with one batch's gradients.

        Args:
            params: Variables by name, float32.
            grads: Gradients by the same names, in the same shapes.
            state: What `init` or the last `update` gave.
            hyper: Float32 scalars: `to_runtime` of the numbers of `resolve_optimizer`.
        """
        updates = self._updates(state)
        if self.accumulation_steps is None:
            params, state = self._apply(params, grads, state, hyper)
        else:
            params, state = self._accumulate(params, grads, state, hyper)
        if self.averaging is not None:
            average = update_average(state[AVERAGE], params, updates, hyper["ema_momentum"])
            params = overwrite_with_average(self.averaging, params, average, updates)
            state = {**state, AVERAGE: average}
        return params, {**state, "iterations": state["iterations"] + 1}

    def finalize(self, params: Params, state: State) -> Params:
        """Return what `fit` leaves in the variables at its end: the average where one is kept."""
        return params if self.averaging is None else {name: state[AVERAGE][name] for name in params}

    def _updates(self, state: State) -> Any:
        """Return how often the variables have been updated."""
        return state["iterations"] // self.accumulation_steps if self.accumulation_steps else state["iterations"]

    def _accumulate(self, params: Params, grads: Params, state: State, hyper: Hyper) -> tuple[Params, State]:
        steps = self.accumulation_steps or 1
        total = {name: gradient + state[ACCUMULATOR][name] for name, gradient in grads.items()}

        def update(params: Params, total: Params, state: State) -> tuple[Params, State]:
            mean = {name: gradient / steps for name, gradient in total.items()}
            params, state = self._apply(params, mean, state, hyper)
            return params, {**state, ACCUMULATOR: jax.tree.map(jnp.zeros_like, total)}

        def wait(params: Params, total: Params, state: State) -> tuple[Params, State]:
            return params, {**state, ACCUMULATOR: total}

        due = (state["iterations"] + 1) % steps == 0
        result: tuple[Params, State] = jax.lax.cond(due, update, wait, params, total, state)
        return result

    def _apply(self, params: Params, grads: Params, state: State, hyper: Hyper) -> tuple[Params, State]:
        rate = self.learning_rate(state["iterations"], hyper)
        updates = self._updates(state)
        hyper = {**hyper, "learning_rate": rate, "step": (updates + 1).astype(jnp.float32)}
        grads = clip_gradients(self.clipping, grads, hyper)
        if self.decays:
            params = decay_weights(params, rate, hyper["weight_decay"], self.no_decay)
        state = {**state, **self._advance(state, hyper)}
        return self._step(params, grads, state, {**hyper, **{name: state[name] for name, _ in self.rule.shared}})

    def _advance(self, state: State, hyper: Hyper) -> Mapping[str, jax.Array]:
        shared = {name: state[name] for name, _ in self.rule.shared}
        return self.rule.advance(shared, hyper) if self.rule.advance else shared

    def _step(self, params: Params, grads: Params, state: State, hyper: Hyper) -> tuple[Params, State]:
        new_params: Params = {}
        new_slots: dict[str, Params] = {slot: {} for slot in self.rule.slot_names}
        for name, variable in params.items():
            slots = {slot: state[slot][name] for slot in self.rule.slot_names}
            new_params[name], slots = self.rule.step(variable, grads[name], slots, hyper)
            for slot, value in slots.items():
                new_slots[slot][name] = value
        return new_params, {**state, **new_slots}


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"
