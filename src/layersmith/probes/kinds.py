"""How a training went: the first kind of the table whose rule holds; a rule about something unknown does not hold.

Thresholds are shares of the constant's loss, of all there is to learn. They were set on the trainings of
`tests/probes/calibration.py`, each between the healthy ones and the others.
"""

import math
from collections.abc import Callable
from enum import StrEnum

from layersmith.probes.measures import Measures

__all__ = ["VerdictKind", "is_stuck", "kind_of", "still_learnable"]

_BEYOND = 2.0  # a loss at twice the constant's: saying nothing at all would be far better
_STUCK = 0.95  # up to the constant's loss but for what chance explains
_NOISE = 0.03  # healthy runs swing by less than 0.01
_NOISE_OF_ROWS = 0.5  # over the root of the rows: a mean over few of them swings more
_GAP = 1 / 3  # healthy runs end below 0.27, those with too few rows above 0.4
_RISE = 0.1  # healthy runs stay below 0.05
_FALL = 0.03  # of the constant's loss,
_RELATIVE_FALL = 0.05  # and of the present one
_MISSED = 0.1  # of what is known to be learnable; healthy runs miss nothing, those too small 0.17 and more
_MEMORISED = 0.1  # learned of the training rows where nothing was of the others
_NO_REFERENCE = 0.9  # without anything to compare with, only this little learned is certainly too little


class VerdictKind(StrEnum):
    """How a training went."""

    DIVERGED = "diverged"
    UNSTABLE = "unstable"
    UNDER_FITTED = "under-fitted"
    OVER_FITTED = "over-fitted"
    STILL_IMPROVING = "still improving"
    GOOD_FIT = "good fit"


def kind_of(measures: Measures) -> VerdictKind:
    """Return how a training went."""
    return next((kind for kind, holds in _RULES if holds(measures)), VerdictKind.GOOD_FIT)


def is_stuck(measures: Measures) -> bool:
    """Whether a training ends where a constant prediction is."""
    return measures.train > _STUCK


def still_learnable(measures: Measures) -> float:
    """Return the share of what is known to be learnable that a training missed; NaN where nothing is known of it."""
    reachable = measures.facts.reachable_loss / measures.facts.held_unit
    reached = min(measures.train, measures.best)  # the training loss is the larger one where units are dropped
    return (reached - reachable) / (1.0 - reachable) if reachable < 1.0 else math.nan


def _diverged(measures: Measures) -> bool:
    falling = measures.falls and measures.fall > _FALL
    return not measures.finite or (measures.train > _BEYOND and not falling)


def _stuck(measures: Measures) -> bool:
    return is_stuck(measures) and not _improving(measures)


def _unstable(measures: Measures) -> bool:
    return measures.noise > max(_NOISE, _NOISE_OF_ROWS / math.sqrt(measures.facts.train_rows))


def _over_fitted(measures: Measures) -> bool:
    in_vain = measures.best > _STUCK and measures.gap > _MEMORISED
    return measures.gap > _GAP or measures.rise > _RISE or in_vain


def _improving(measures: Measures) -> bool:
    fall = min(measures.fall, measures.validation_fall)
    worthwhile = fall > max(_FALL, _RELATIVE_FALL * measures.validation)
    return bool(measures.falls) and not measures.patient and worthwhile


def _under_fitted(measures: Measures) -> bool:
    missed = still_learnable(measures)
    if math.isnan(missed):
        return measures.train > _NO_REFERENCE or measures.best > _STUCK
    return missed > max(_MISSED, 1.0 / math.sqrt(max(measures.facts.validation_rows, 1)))


_RULES: tuple[tuple[VerdictKind, Callable[[Measures], bool]], ...] = (
    (VerdictKind.DIVERGED, _diverged),
    (VerdictKind.UNDER_FITTED, _stuck),
    (VerdictKind.STILL_IMPROVING, _improving),
    (VerdictKind.UNSTABLE, _unstable),
    (VerdictKind.OVER_FITTED, _over_fitted),
    (VerdictKind.UNDER_FITTED, _under_fitted),
)
