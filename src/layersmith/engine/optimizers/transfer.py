"""The state of an optimizer to and from the list of variables that Keras keeps.

The order in Keras is: iteration, learning rate (unless a schedule gives it), averages, gradient accumulators, the
slots group by group and within a group variable by variable, and at last what all variables share.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from layersmith.engine.optimizers.optimizer import ACCUMULATOR, AVERAGE, Optimizer, State
from layersmith.engine.unsupported import Unsupported

__all__ = ["export_state", "import_state"]

_Place = tuple[str, str | None]  # entry of the state, and the variable's name for a slot


def import_state(optimizer: Optimizer, variables: Sequence[npt.ArrayLike], params: Mapping[str, Any]) -> State:
    """Return the state that a Keras optimizer is in, as NumPy arrays.

    Args:
        optimizer: Its structure.
        variables: Values of `keras_optimizer.variables`, all of them. An optimizer that is not built yet has only the
            first.
        params: The trainable variables by name, unpadded, in the order in which the Keras optimizer has them.

    Raises:
        Unsupported: If the variables are not those of this optimizer, in number or shape.
    """
    state = optimizer.init({name: np.asarray(value) for name, value in params.items()})
    places = _places(optimizer, tuple(params))
    values = [np.asarray(value) for value in variables]
    unbuilt = len(values) == (1 if optimizer.schedule else 2)
    if len(values) != len(places) and not unbuilt:
        raise Unsupported(
            f"optimizer {optimizer.name!r}", f"it has {len(values)} variables where {len(places)} are known"
        )
    for place, value in zip(places, values, strict=False):
        if place != _RATE:
            _put(optimizer, state, place, value)
    return state


def export_state(optimizer: Optimizer, state: State, order: Sequence[str]) -> list[Any]:
    """Return the values for `keras_optimizer.variables` of a built optimizer, in its order.

    Args:
        optimizer: Its structure.
        state: The state, unpadded.
        order: Names of the trainable variables, in the order in which the Keras optimizer has them.

    Returns:
        An array for each variable; None in the place of the learning rate, which an update reads and never changes.
    """
    return [None if place == _RATE else _entry(state, place) for place in _places(optimizer, order)]


_RATE: _Place = ("learning_rate", None)


def _places(optimizer: Optimizer, order: Sequence[str]) -> list[_Place]:
    """Where in the state each Keras variable is found."""
    places: list[_Place] = [("iterations", None)] + [_RATE] * (optimizer.schedule is None)
    for group in _groups(optimizer):
        places += [(slot, name) for name in order for slot in group]
    return places + [(name, None) for name, _ in optimizer.rule.shared]


def _groups(optimizer: Optimizer) -> Iterator[tuple[str, ...]]:
    if optimizer.averaging is not None:
        yield (AVERAGE,)
    if optimizer.accumulation_steps is not None:
        yield (ACCUMULATOR,)
    yield from optimizer.rule.slots


def _entry(state: State, place: _Place) -> Any:
    name, variable = place
    return state[name] if variable is None else state[name][variable]


def _put(optimizer: Optimizer, state: State, place: _Place, value: npt.NDArray[Any]) -> None:
    """Set one entry of a fresh state, in the dtype it has there."""
    present = _entry(state, place)
    if present.shape != value.shape:
        raise Unsupported(
            f"optimizer {optimizer.name!r}",
            f"its variable {'/'.join(part for part in place if part)} has shape {value.shape}, not {present.shape}",
        )
    name, variable = place
    converted = value.astype(present.dtype)
    if variable is None:
        state[name] = converted
    else:
        state[name][variable] = converted
