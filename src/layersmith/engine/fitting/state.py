"""What a program trains, and the Keras model it belongs to."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from layersmith.engine.compiled import Prepared
from layersmith.engine.lower.network import read_weights, variables_of
from layersmith.engine.optimizers import changed, export_state, import_state, to_runtime
from layersmith.engine.program import Carry
from layersmith.engine.variables import assign, read
from layersmith.families.initial import drawn_by_numpy

__all__ = ["ModelState"]


class ModelState:
    """The state of a program, taken from a Keras model and given back to it.

    Args:
        model: A compiled model.
        prepared: Its program.

    Attributes:
        carry: The state, on the device.
        hyper: The optimizer's numbers, on the device.

    Raises:
        Unsupported: If the optimizer's variables are not those that are known.
    """

    carry: Carry
    hyper: Mapping[str, Any]

    def __init__(self, model: Any, prepared: Prepared) -> None:
        self._model, self._prepared = model, prepared
        self._variables = variables_of(prepared.network)
        keys = {id(variable): key for key, variable in self._variables.items()}
        self._order = [keys[id(variable)] for variable in model.trainable_variables]
        self._kept = [keys.get(id(variable)) for variable in model.weights]
        self._given: list[tuple[Any, Any]] = []
        self._numbers = prepared.numbers
        self.hyper = jax.device_put(to_runtime(self._numbers))
        self.take()

    def take(self) -> None:
        """Take over the model's weights, optimizer state and learning rate."""
        self.take_rate()
        if self._is_as_given():
            return
        prepared, weights = self._prepared, read_weights(self._prepared.network)
        variables = [read(variable) for variable in self._model.optimizer.variables]
        slots = import_state(prepared.optimizer, variables, {key: weights[key] for key in self._order})
        weights, slots = prepared.padding.embed(weights), _each(prepared.padding.embed, slots)
        trained = {key: weights[key] for key in prepared.network.trainable}
        state = {key: weights[key] for key in prepared.network.state}
        self.carry = jax.device_put(Carry(trained=trained, state=state, slots=slots))

    def take_rate(self) -> None:
        """Take over the learning rate that the model's optimizer has now, unless a schedule gives it."""
        if "learning_rate" in self._numbers:
            rate = float(self._model.optimizer.learning_rate)
            if rate != self._numbers["learning_rate"]:
                self._numbers = changed(self._numbers, {"learning_rate": rate})
                self.hyper = jax.device_put(to_runtime(self._numbers))

    def give(self) -> None:
        """Write weights and optimizer state to the model."""
        optimizer, carry = self._model.optimizer, self.carry
        if not optimizer.built:
            with drawn_by_numpy():
                optimizer.build(self._model.trainable_variables)
        weights, slots = self._live({**carry.trained, **carry.state}), _each(self._live, carry.slots)
        state = export_state(self._prepared.optimizer, slots, self._order)
        pairs = [(self._variables[key], value) for key, value in weights.items()]
        pairs += [pair for pair in zip(optimizer.variables, state, strict=True) if pair[1] is not None]
        self._given = assign(pairs)

    def finish(self) -> None:
        """Write the state to the model as `fit` leaves it: averages in the weights' place, where they are kept."""
        trained = self._prepared.optimizer.finalize(self.carry.trained, self.carry.slots)
        self.carry = Carry(trained=trained, state=self.carry.state, slots=self.carry.slots)
        self.give()

    def weights(self) -> list[NDArray[Any]]:
        """Return copies of the present weights, in the order of `model.weights`."""
        now = self._live({**self.carry.trained, **self.carry.state})
        pairs = zip(self._model.weights, self._kept, strict=True)
        return [np.array(read(variable) if key is None else now[key]) for variable, key in pairs]

    def _live(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return values of weights in the model's shapes; where nothing is padded they stay on the device."""
        padding = self._prepared.padding
        return padding.extract(values) if padding.axes else values

    def _is_as_given(self) -> bool:
        """Whether the model holds the arrays it was given last; those of JAX do not change."""
        return bool(self._given) and all(variable.value is value for variable, value in self._given)


def _each(change: Callable[[Any], Any], slots: Mapping[str, Any]) -> dict[str, Any]:
    """Change what an optimizer keeps for each weight; what it keeps for all together stays."""
    return {name: change(entry) if isinstance(entry, Mapping) else entry for name, entry in slots.items()}
