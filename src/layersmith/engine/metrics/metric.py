"""A metric as three pure functions: empty state, one batch, the result."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import jax

from layersmith.engine.losses.rows import fill_dead
from layersmith.engine.metrics.weights import Weights

__all__ = ["Accumulate", "Metric", "State"]

State: TypeAlias = dict[str, jax.Array]
Accumulate: TypeAlias = Callable[[State, jax.Array, jax.Array, Weights], State]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric of one output.

    Attributes:
        name: Its key in `History`.
        init: Gives the state before the first batch: float32 arrays by name, all zero.
        accumulate: `(state, y_true, y_pred, weights)` to the next state; call `update` instead.
        result: `(state)` to a float32 scalar, or to a vector where Keras' metric gives one value per class.
        weighted: Whether it counts sample weights, as those in `weighted_metrics` do.
    """

    name: str
    init: Callable[[], State]
    accumulate: Accumulate
    result: Callable[[State], Any]
    weighted: bool = False

    def update(
        self,
        state: State,
        y_true: jax.Array,
        y_pred: jax.Array,
        sample_weight: jax.Array | None = None,
        row_mask: jax.Array | None = None,
        mask: jax.Array | None = None,
    ) -> State:
        """Return the state after one batch.

        Args:
            state: The state before it.
            y_true: Targets `(batch, ...)`, integers or floats.
            y_pred: Outputs `(batch, ..., values)`.
            sample_weight: `(batch,)`, `(batch, 1)`, or one weight per value; passed over unless `weighted`.
            row_mask: `(batch,)` of 0 and 1: which rows exist; None where all do.
            mask: The mask that Keras would carry on the outputs; only means of a function count it, as in Keras.

        Raises:
            Unsupported: While tracing, if the weights do not fit.

        Example:
            >>> import jax.numpy as jnp
            >>> from layersmith.engine.metrics import resolve_metric
            >>> metric = resolve_metric("mae", (None, 1), (None,))
            >>> float(metric.result(metric.update(metric.init(), jnp.zeros(2), jnp.ones((2, 1)))))
            1.0
        """
        y_true, y_pred = fill_dead(y_true, y_pred, row_mask)
        weights = Weights(sample=sample_weight if self.weighted else None, rows=row_mask, mask=mask)
        return self.accumulate(state, y_true, y_pred, weights)

    def renamed(self, name: str, *, weighted: bool) -> "Metric":
        """Return the metric under another name, counting sample weights or not."""
        return replace(self, name=name, weighted=weighted)
