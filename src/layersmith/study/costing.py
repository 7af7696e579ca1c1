"""What candidates cost: limits that are held before anything is trained, and costs that are objectives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from layersmith.cost import Limits, cost_of, measure_latency, parse_limits
from layersmith.errors import lookup
from layersmith.graph import view
from layersmith.records import Cost

__all__ = ["COSTS", "Costing", "Estimate"]

_LATENCY = "latency_ms"
COSTS = tuple(field.name for field in fields(Limits))


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A candidate's costs.

    Attributes:
        refusal: Why it is over a limit; None where it is within all.
        values: The costs that are objectives, in their order; empty where it is refused.
    """

    refusal: str | None = None
    values: tuple[float, ...] = ()


class Costing:
    """Computes what a model costs: the model that the user would get, its preprocessing included.

    Args:
        constraints: Name of a cost to the most it may be.
        objectives: Names of the costs that are to be small.

    Raises:
        UnknownNameError: If there is no cost of a name.
        BudgetError: If a limit is not a number above 0.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16)])
        >>> Costing({"params": 100}).estimate(lambda: model).refusal
        'params is 144, over the limit of 100'
        >>> Costing({}, ["macs"]).estimate(lambda: model).values
        (128.0,)
    """

    def __init__(self, constraints: Mapping[str, float], objectives: Sequence[str] = ()) -> None:
        self._limits, self._any = parse_limits(constraints), bool(constraints) or bool(objectives)
        known = {name: name for name in COSTS}
        self._objectives = [lookup(known, name, "cost") for name in objectives]
        self._measures = _LATENCY in constraints or _LATENCY in objectives

    def estimate(self, whole: Callable[[], Any]) -> Estimate:
        """Return the costs of a model; latency is measured only where it is asked for and no other limit refuses.

        Args:
            whole: Makes the model; not called where nothing is asked.
        """
        if not self._any:
            return Estimate()
        model = whole()
        cost = cost_of(view(model))
        refusal = self._limits.check(cost)
        if refusal or not self._measures:
            return Estimate(refusal=refusal, values=() if refusal else self._values(cost, 0.0))
        row = _row_of(model)
        milliseconds = measure_latency(lambda: model.predict_on_batch(row))
        if self._limits.check_latency(milliseconds):  # what trains beside it may have been in its way
            milliseconds = min(milliseconds, measure_latency(lambda: model.predict_on_batch(row)))
        refusal = self._limits.check_latency(milliseconds)
        return Estimate(refusal=refusal, values=() if refusal else self._values(cost, milliseconds))

    def _values(self, cost: Cost, milliseconds: float) -> tuple[float, ...]:
        return tuple(milliseconds if name == _LATENCY else float(getattr(cost, name)) for name in self._objectives)


def _row_of(model: Any) -> dict[str, Any]:
    """Return a row of zeros for each input."""
    shapes = {tensor.name: (1, *(size or 1 for size in tensor.shape[1:])) for tensor in model.inputs}
    return {tensor.name: np.zeros(shapes[tensor.name], tensor.dtype) for tensor in model.inputs}
