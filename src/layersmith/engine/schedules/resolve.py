"""From the configuration of a Keras schedule to a function and its numbers."""

from collections.abc import Callable, Mapping
from typing import Any

from layersmith.engine.schedules.cosine import read_cosine
from layersmith.engine.schedules.cosine_restarts import read_cosine_restarts
from layersmith.engine.schedules.exponential import read_exponential
from layersmith.engine.schedules.inverse_time import read_inverse_time
from layersmith.engine.schedules.piecewise import read_piecewise
from layersmith.engine.schedules.polynomial import read_polynomial
from layersmith.engine.schedules.schedule import Reading
from layersmith.engine.schedules.triangular import read_triangular
from layersmith.engine.unsupported import Unsupported

__all__ = ["SCHEDULES", "resolve_schedule"]

SCHEDULES: dict[str, Callable[[Mapping[str, Any]], Reading]] = {
    "CosineDecay": read_cosine,
    "CosineDecayRestarts": read_cosine_restarts,
    "ExponentialDecay": read_exponential,
    "InverseTimeDecay": read_inverse_time,
    "PiecewiseConstantDecay": read_piecewise,
    "PolynomialDecay": read_polynomial,
    "layersmith>Triangular": read_triangular,
}
"""Readers by the class name of Keras, or by the name that a schedule is registered under."""


def resolve_schedule(serialized: Any) -> Reading:
    """Return the function of a serialized schedule, and its numbers.

    Two schedules that differ only in numbers give the same function, so one compiled program serves both.

    Args:
        serialized: What `keras.optimizers.schedules.serialize` gives.

    Returns:
        The function `(step, numbers) -> rate`, and the numbers as floats; at run time they are float32 scalars.

    Raises:
        Unsupported: If it is a schedule of the user's own, or not a schedule at all.

    Example:
        >>> schedule, numbers = resolve_schedule({"class_name": "CosineDecay", "config": {
        ...     "initial_learning_rate": 0.1, "decay_steps": 100, "alpha": 0.0}})
        >>> schedule.__name__, numbers
        ('cosine_decay', {'initial_learning_rate': 0.1, 'decay_steps': 100.0, 'alpha': 0.0})
    """
    if not isinstance(serialized, Mapping):
        raise Unsupported(f"learning rate schedule {serialized!r}")
    name = serialized.get("registered_name") or serialized.get("class_name")
    if name not in SCHEDULES:
        raise Unsupported(f"learning rate schedule {name!r}")
    return SCHEDULES[str(name)](serialized["config"])
