"""Who goes on at a rung: plans and decisions as functions of values, one scheduler per file.

none                    everyone trains to the end
median                  who is worse than the median of the others stops
successive_halving      the best of a rung go on, once they are sure to be
asynchronous_halving    the best of a rung as it stands go on (ASHA)
hyperband               successive halving over every trade between candidates and epochs

`bracket` has the arithmetic of rungs, `standing` the order at one of them, `direction` turns it round.
"""

from collections.abc import Callable

from layersmith.errors import lookup
from layersmith.schedulers.asynchronous_halving import AsynchronousHalving
from layersmith.schedulers.bracket import Bracket, Rung, limited
from layersmith.schedulers.direction import HigherIsBetter
from layersmith.schedulers.hyperband import Hyperband, hyperband_brackets, keras_tuner_brackets
from layersmith.schedulers.median import MedianScheduler
from layersmith.schedulers.none import NoScheduler
from layersmith.schedulers.protocol import Decision, Reports, Scheduler
from layersmith.schedulers.successive_halving import SuccessiveHalving

__all__ = [
    "SCHEDULERS",
    "AsynchronousHalving",
    "Bracket",
    "Decision",
    "HigherIsBetter",
    "Hyperband",
    "MedianScheduler",
    "NoScheduler",
    "Reports",
    "Rung",
    "Scheduler",
    "SuccessiveHalving",
    "create_scheduler",
    "hyperband_brackets",
    "keras_tuner_brackets",
    "limited",
]

SCHEDULERS: dict[str, Callable[[], Scheduler]] = {
    "asynchronous_halving": AsynchronousHalving,
    "hyperband": Hyperband,
    "median": MedianScheduler,
    "none": NoScheduler,
    "successive_halving": SuccessiveHalving,
}


def create_scheduler(name: str, *, higher_is_better: bool) -> Scheduler:
    """Return the scheduler of that name, with its defaults.

    Args:
        name: `none`, `median`, `successive_halving`, `asynchronous_halving` or `hyperband`.
        higher_is_better: The direction of the values it will be given.

    Raises:
        UnknownNameError: If there is no such scheduler.

    Example:
        >>> scheduler = create_scheduler("median", higher_is_better=True)
        >>> len(next(scheduler.plan(max_epochs=20)))
        20
    """
    scheduler = lookup(SCHEDULERS, name, "scheduler")()
    return HigherIsBetter(scheduler) if higher_is_better else scheduler
