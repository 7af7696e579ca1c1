"""Learning rate schedules beside Keras' own, for `model.compile`; the compiled engine runs them inside an epoch.

    triangular     up and down again and again                     Smith 2015, arXiv 1506.01186
    one_cycle      up for 30 % of the steps, then half a cosine    Smith and Topin 2017, arXiv 1708.07120
    cosine_warmup  up for 10 % of the steps, then half a cosine    Loshchilov and Hutter 2016, arXiv 1608.03983

Steps are updates: epochs times batches of an epoch. `one_cycle` and `cosine_warmup` are Keras' own `CosineDecay`, so a
model compiled with them is saved and loaded anywhere. A model compiled with `triangular` is loaded elsewhere by
`keras.saving.load_model(path, compile=False)`.
"""

from typing import Any

from layersmith import backend
from layersmith.errors import SpaceError

backend.start()  # before Keras is imported

import keras  # noqa: E402

__all__ = ["Triangular", "cosine_warmup", "one_cycle", "triangular"]

_BELOW_PEAK = 10  # a rise begins at a tenth of the peak


@keras.saving.register_keras_serializable(package="layersmith")
class Triangular(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A rate that rises and falls linearly between two values.

    `rate = low + (peak - low) * (1 - |step / half_cycle - 2 * cycle + 1|)` in the cycle number
    `cycle = floor(1 + step / (2 * half_cycle))`: Smith 2015, arXiv 1506.01186, section 3.1.

    Args:
        peak: The highest rate.
        low: The rate at the beginning and end of a cycle.
        half_cycle: Steps from one to the other.
    """

    def __init__(self, peak: float, low: float, half_cycle: int) -> None:
        super().__init__()
        self.peak, self.low, self.half_cycle = float(peak), float(low), int(half_cycle)

    def __call__(self, step: Any) -> Any:
        """Return the rate after `step` updates."""
        done = keras.ops.cast(step, "float32") / self.half_cycle
        phase = done - 2.0 * keras.ops.floor(done / 2.0)  # 0 at the beginning of a cycle, 1 at its peak, 2 at its end
        return self.low + (self.peak - self.low) * (1.0 - keras.ops.abs(phase - 1.0))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {"peak": self.peak, "low": self.low, "half_cycle": self.half_cycle}


def triangular(peak: float, half_cycle: int, *, low: float | None = None) -> Triangular:
    """Return a schedule that rises to `peak` and falls again, over and over; Smith takes 2 to 10 epochs for a half.

    Args:
        peak: The highest rate, for instance that of `ls.find_learning_rate`.
        half_cycle: Steps of a rise, and of a fall.
        low: The lowest rate; a tenth of `peak` if None.

    Raises:
        SpaceError: If a number is not above 0, or `low` is above `peak`.

    Example:
        >>> schedule = triangular(0.1, 50, low=0.02)
        >>> [round(float(schedule(step)), 3) for step in (0, 25, 50, 100, 150)]
        [0.02, 0.06, 0.1, 0.02, 0.1]
    """
    low = peak / _BELOW_PEAK if low is None else low
    _require(peak=peak, half_cycle=half_cycle, low=low)
    if low > peak:
        raise SpaceError(f"low={low} above peak={peak}", expected="low at most as high as peak", fix="exchange the two")
    return Triangular(peak=peak, low=low, half_cycle=half_cycle)


def one_cycle(peak: float, steps: int, *, warm_up: float = 0.3) -> keras.optimizers.schedules.CosineDecay:
    """Return a schedule that rises linearly from a tenth of `peak`, then falls along half a cosine to 0.

    Args:
        peak: The highest rate.
        steps: Updates of the whole training.
        warm_up: The share of them in which the rate rises.

    Raises:
        SpaceError: If a number is not above 0, or `warm_up` is not below 1.

    Example:
        >>> schedule = one_cycle(0.1, 100)
        >>> [round(float(schedule(step)), 3) for step in (0, 15, 30, 65, 100)]
        [0.01, 0.055, 0.1, 0.05, 0.0]
    """
    return cosine_warmup(peak, steps, warm_up=warm_up)


def cosine_warmup(peak: float, steps: int, *, warm_up: float = 0.1) -> keras.optimizers.schedules.CosineDecay:
    """Return a schedule like `one_cycle` that rises for a shorter time.

    Args:
        peak: The highest rate.
        steps: Updates of the whole training.
        warm_up: The share of them in which the rate rises.

    Raises:
        SpaceError: If a number is not above 0, or `warm_up` is not below 1.

    Example:
        >>> schedule = cosine_warmup(0.1, 100)
        >>> [round(float(schedule(step)), 3) for step in (0, 5, 10, 55, 100)]
        [0.01, 0.055, 0.1, 0.05, 0.0]
    """
    _require(peak=peak, steps=steps, warm_up=warm_up)
    if warm_up >= 1:
        raise SpaceError(f"warm_up={warm_up}", expected="a share below 1", fix="use 0.1, a tenth of the steps")
    rising = max(1, round(warm_up * steps))
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=peak / _BELOW_PEAK,
        decay_steps=max(1, steps - rising),
        warmup_target=float(peak),
        warmup_steps=rising,
    )


def _require(**numbers: float) -> None:
    for name, number in numbers.items():
        if not number > 0:
            raise SpaceError(f"{name}={number}", expected="a number above 0", fix=f"set {name} to a positive value")
