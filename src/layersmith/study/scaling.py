"""Published architectures scaled to the data and the budget.

A network that gets a tenth of the epochs it needs looks worse than it is: on small time series that is how published
networks lose. So where the time of a trial does not hold a quarter of the published epochs (150 at most are asked for),
its width is halved until it does: a quarter of the work each time, and far less is lost by it than by an early end.
"""

import time
from dataclasses import replace
from typing import Any

import numpy as np

from layersmith.families import Established

__all__ = ["machine_speed", "scaled"]

_WIDTHS = {
    "conv": ("conv/filters", 8),
    "dense": ("dense/units", 32),
    "recurrent": ("recurrent/units", 8),
    "temporal": ("temporal/filters", 16),
}
_MOST_EPOCHS = 150
_TRAINING = (
    6.0  # operations of a training step per multiply-accumulate of a prediction: two each, forward and twice back
)
_EFFICIENCY = 0.5  # of a large matrix product's speed, what layers of usual size reach
_STEP_SECONDS = 5e-5  # what a step of a compiled epoch takes beside its matrix products


def machine_speed() -> float:
    """Return the floating point operations per second of a large matrix product on this machine, now."""
    values = np.ones((768, 768), np.float32)
    best = np.inf
    for _ in range(4):
        started = time.perf_counter()
        values @ values
        best = min(best, time.perf_counter() - started)
    return float(2 * 768**3 / best)


def scaled(
    entry: Established, values: dict[str, Any], *, macs: int, rows: int, seconds: float, speed: float
) -> Established:
    """Return a published architecture as wide as the time of one training allows.

    Args:
        entry: The published architecture.
        values: All its hyperparameter values, defaults included.
        macs: Multiply-accumulates of one row at its published width.
        rows: Training rows.
        seconds: Time of one training.
        speed: What `machine_speed` gave.

    Example:
        >>> entry = Established(name="FCN", source="", values={"temporal/filters": 128})
        >>> values = {"family": "temporal", "temporal/filters": 128, "epochs": 2000, "batch_size": 16}
        >>> scaled(entry, values, macs=66_000_000, rows=36, seconds=6.0, speed=2e11).values["temporal/filters"]
        64
    """
    field, least = _WIDTHS[str(values["family"])]
    wanted = min(_MOST_EPOCHS, max(1, int(values["epochs"]) // 4))
    width, cost = int(values[field]), _TRAINING * macs * rows / (_EFFICIENCY * speed)
    overhead = _STEP_SECONDS * -(-rows // int(values["batch_size"]))
    while wanted * (cost + overhead) > seconds and width // 2 >= least:
        width, cost = width // 2, cost / 4
    if width == int(values[field]):
        return entry
    return replace(entry, name=f"{entry.name}, {width} wide", values={**entry.values, field: width})
