"""Masks that travel on tensors.

Keras keeps a mask as an attribute of the tensor itself, and so layers that return their input hand on its mask, and a
layer that takes the mask off its input takes it from all who read that tensor later. The same is done here, by the
identity of the traced values.
"""

from typing import Any

__all__ = ["TensorMasks"]


class TensorMasks:
    """Which values of one call of a network carry a mask."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Any, Any]] = {}  # the value is held too: its id must stay its own

    def of(self, value: Any) -> Any:
        """Return the mask that a value carries, or None."""
        return self._held.get(id(value), (None, None))[1]

    def put(self, value: Any, mask: Any) -> None:
        """Let a value carry a mask; None takes it off."""
        self._held.pop(id(value), None)
        if mask is not None:
            self._held[id(value)] = (value, mask)
