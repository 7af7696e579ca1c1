"""What an optimizer's rule is: one step for one variable, and the slots it keeps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import jax

__all__ = ["Hyper", "Rule", "Slots", "Step"]

Hyper: TypeAlias = Mapping[str, jax.Array]
"""Float32 scalars by name, given at run time."""

Slots: TypeAlias = dict[str, jax.Array]
"""What a rule remembers of one variable, each of the variable's shape."""

Step: TypeAlias = Callable[[jax.Array, jax.Array, Slots, Hyper], tuple[jax.Array, Slots]]
"""`(variable, gradient, slots, hyper) -> (variable, slots)`. Besides the rule's numbers, `hyper` holds
`learning_rate`, `step` (the number of this update, from 1, as a float) and the rule's shared scalars."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One update rule; everything in it is structure, so equal rules share a compiled program.

    Attributes:
        step: The update of one variable.
        slots: Names of the slots, in the groups in which Keras creates them: variable by variable within a group.
        numbers: Names of the configuration entries that are given at run time.
        complements: Those of `numbers` whose `1 - x` Keras computes in double precision; they come along as
            `one_minus_x`.
        fill: First values of the slots that do not start at zero.
        shared: Scalars that all variables share, with their first values.
        advance: Moves the shared scalars on, once per update and before `step`; `(shared, hyper) -> shared`.
    """

    step: Step
    slots: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[str, ...] = ()
    complements: tuple[str, ...] = ()
    fill: tuple[tuple[str, float], ...] = ()
    shared: tuple[tuple[str, float], ...] = ()
    advance: Callable[[Slots, Hyper], Slots] | None = None

    @property
    def slot_names(self) -> tuple[str, ...]:
        """All slots, flat."""
        return tuple(name for group in self.slots for name in group)
