"""How long a prediction takes, measured."""

import time
from collections.abc import Callable
from statistics import median

__all__ = ["measure_latency"]

_WARM_UP = 3  # runs that compile, allocate and fill caches
_FEWEST, _MOST = 5, 100
_SECONDS = 0.5  # after which no further run is begun, once there are the fewest


def measure_latency(predict: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the median milliseconds of a call, after a warm-up.

    Args:
        predict: Predicts one row, and returns when the result is there: `lambda: model.predict_on_batch(row)`.
        clock: Gives seconds.

    Example:
        >>> seconds = iter(range(100))
        >>> measure_latency(lambda: None, clock=lambda: next(seconds))
        1000
    """
    for _ in range(_WARM_UP):
        predict()
    seconds: list[float] = []
    while len(seconds) < _FEWEST or (len(seconds) < _MOST and sum(seconds) < _SECONDS):
        started = clock()
        predict()
        seconds.append(clock() - started)
    return 1000 * median(seconds)
