"""What may be behind a verdict: suspicions, in the order of their weight, two at most.

Memorised labels lower the validation accuracy that was reached before: Arpit et al. 2017, "A closer look at
memorization in deep networks", arXiv 1706.05394. Inputs off their scale slow or break training: LeCun et al. 1998,
"Efficient BackProp", section 4.3.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from layersmith.probes.kinds import VerdictKind, is_stuck
from layersmith.probes.measures import Measures

__all__ = ["Cause", "causes_of"]

_MOST = 2
_LARGE_INPUTS = 10.0  # standardised inputs are at 1, pixels between 0 and 1 or -1 and 1
_HIGH_START = 3.0  # fresh networks start near the constant's loss: a first epoch far above it was a leap
_MANY_UPDATES = 500  # after these a pace as even as at the beginning is the learning rate's
_EVEN_PACE = 0.6
_SOME_FALL = 0.002  # of the constant's loss; a network without gradients moves by less
_PERFECT = 0.02  # of the constant's loss
_ENOUGH_ROWS = 100  # for a perfect validation to be no luck: at an error of 3 % it has a chance of 1 in 20
_COPIES = 0.01  # of the validation rows
_RARE = 0.8  # share of the largest class from which accuracy says little
_ABOVE_CONSTANT = 0.1  # of the rows that a constant gets wrong
_LOST_ACCURACY = 0.05
_MOSTLY_NOISE = 0.7  # of the constant's loss left at best, with rows enough to see
_ROWS_TO_SEE = 200  # a share of variance is then known to 0.1, the square root of 2 / rows


class Cause(StrEnum):
    """What may be behind a verdict."""

    CAPACITY = "capacity"
    CLASS_IMBALANCE = "class imbalance"
    DEAD_UNITS = "dead units"
    LABEL_NOISE = "label noise"
    LEAKAGE = "leakage"
    OVER_REGULARISED = "over-regularised"
    RATE_TOO_HIGH = "learning rate too high"
    RATE_TOO_LOW = "learning rate too low"
    TOO_FEW_EPOCHS = "too few epochs"
    TOO_FEW_ROWS = "too few rows"
    UNNORMALISED = "unnormalised inputs"


def causes_of(kind: VerdictKind, measures: Measures) -> tuple[Cause, ...]:
    """Return what is suspected behind a verdict, the most probable first."""
    return tuple([*_of_data(kind, measures), *_BY_KIND[kind](measures)][:_MOST])


def _of_data(kind: VerdictKind, measures: Measures) -> list[Cause]:
    """Return what is wrong with the data, whatever the network."""
    facts = measures.facts
    raw = kind is not VerdictKind.GOOD_FIT and facts.input_scale > _LARGE_INPUTS
    found = {Cause.LEAKAGE: _leaks(measures), Cause.UNNORMALISED: raw, Cause.CLASS_IMBALANCE: _is_blind(measures)}
    return [cause for cause, holds in found.items() if holds]


def _leaks(measures: Measures) -> bool:
    facts = measures.facts
    if facts.validation_rows and facts.copies / facts.validation_rows > _COPIES:
        return True
    return measures.best < _PERFECT and facts.validation_rows >= _ENOUGH_ROWS


def _is_blind(measures: Measures) -> bool:
    """Whether the best accuracy is that of always saying the largest class."""
    constant = measures.facts.constant_accuracy
    return constant >= _RARE and measures.accuracy <= constant + _ABOVE_CONSTANT * (1.0 - constant)


def _of_under_fitting(measures: Measures) -> list[Cause]:
    if _is_slow(measures):
        return [Cause.RATE_TOO_LOW]
    regularised = [Cause.OVER_REGULARISED] if measures.facts.regularised else []
    leapt = [Cause.RATE_TOO_HIGH] if measures.start > _HIGH_START else []
    dead = [Cause.DEAD_UNITS] if is_stuck(measures) and not regularised else []
    return [*regularised, *leapt, *dead, Cause.CAPACITY]


def _of_over_fitting(measures: Measures) -> list[Cause]:
    forgets = measures.lost_accuracy > _LOST_ACCURACY
    noisy = measures.best > _MOSTLY_NOISE and measures.facts.train_rows >= _ROWS_TO_SEE
    return [Cause.LABEL_NOISE] if forgets or noisy else [Cause.TOO_FEW_ROWS]


def _of_improving(measures: Measures) -> list[Cause]:
    return [Cause.RATE_TOO_LOW] if _is_slow(measures) else [Cause.TOO_FEW_EPOCHS]


def _is_slow(measures: Measures) -> bool:
    many = measures.facts.updates(int(measures.epochs)) >= _MANY_UPDATES
    moves = min(measures.fall, measures.validation_fall) > _SOME_FALL
    even = measures.steadiness > _EVEN_PACE or is_stuck(measures)
    return bool(measures.falls) and many and moves and even


_BY_KIND: Mapping[VerdictKind, Callable[[Measures], list[Cause]]] = {
    VerdictKind.DIVERGED: lambda _: [Cause.RATE_TOO_HIGH],
    VerdictKind.UNSTABLE: lambda _: [Cause.RATE_TOO_HIGH],
    VerdictKind.UNDER_FITTED: _of_under_fitting,
    VerdictKind.OVER_FITTED: _of_over_fitting,
    VerdictKind.STILL_IMPROVING: _of_improving,
    VerdictKind.GOOD_FIT: lambda _: [],
}
