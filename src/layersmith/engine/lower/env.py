"""What a lowered layer sees of the step it runs in, and what it leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp

from layersmith.engine.lower.lowering import Place
from layersmith.engine.lower.noise_source import uniform
from layersmith.engine.lower.tensor_masks import TensorMasks

__all__ = ["Env"]


@dataclass(kw_only=True, eq=False)
class Env:
    """One call of a network, at tracing time.

    Attributes:
        training: Whether layers behave as in training; static.
        seed: Unsigned 32-bit seed of this step, None where nothing is random.
        row_mask: `(batch,)` float32, 1 for rows that exist; None where the batch is whole. Only layers that mix rows
            (batch normalisation, activity penalties) look at it.
        runtime: What the same program takes as input: numbers of layers (`"3/rate"`, by layer key and field), masks of
            live features (`"live/5"`, by number of the node).
        updates: New values of non-trainable weights, by full key; the layer writes, the program keeps.
        penalties: Scalars to add to the loss.
        masks: Which tensors carry a mask.
    """

    training: bool
    seed: Any = None
    row_mask: Any = None
    runtime: Mapping[str, Any] = field(default_factory=dict)
    updates: dict[str, Any] = field(default_factory=dict)
    penalties: list[Any] = field(default_factory=list)
    masks: TensorMasks = field(default_factory=TensorMasks)

    def value(self, key: str, name: str, default: float) -> Any:
        """Return a runtime value, or the configured one where the program was given none."""
        found = self.runtime.get(f"{key}/{name}")
        return jnp.float32(default) if found is None else found

    def live(self, place: Place) -> Any:
        """Return 1 for the live features of a place's last axis, 0 for padded ones; None where none is padded."""
        return self.runtime.get(f"live/{place.salt}")

    def uniform(self, salt: int, shape: tuple[int, ...]) -> Any:
        """Return numbers in [0, 1) that depend on the step's seed, the caller's salt and the position alone."""
        return uniform(self.seed, salt, shape)
