"""Whether the winner beats what it has to beat, said no more strongly than the rows allow.

Both scores have an interval. Where these do not overlap, the difference is beyond doubt. Where they overlap but neither
score lies in the other's interval, it is probable. Else the rows cannot tell the two apart. Separate intervals are a
strict test: two scores measured on the same rows can differ for certain although their intervals overlap.
"""

import math
from collections.abc import Sequence
from enum import StrEnum

from layersmith.records import Score
from layersmith.study.answer import Baseline
from layersmith.validation.metrics import better

__all__ = ["Verdict", "compare", "strongest"]


class Verdict(StrEnum):
    """How one score stands to another."""

    BETTER = "better"
    PROBABLY_BETTER = "probably better"
    UNDECIDED = "undecided"
    PROBABLY_WORSE = "probably worse"
    WORSE = "worse"


def strongest(baselines: Sequence[Baseline]) -> Baseline | None:
    """Return the baseline with the best score, or `None` where there is none with a score."""
    best: Baseline | None = None
    for baseline in baselines:
        score = baseline.score
        if not math.isnan(score.value) and (best is None or better(score.metric, score.value, best.score.value)):
            best = baseline
    return best


def compare(score: Score, other: Score) -> Verdict:
    """Return how `score` stands to `other`, both of one metric on the same rows.

    Example:
        >>> from layersmith.records import Interval
        >>> ours = Score(metric="rmse", value=1.0, num_rows=90, interval=Interval(low=0.9, high=1.1))
        >>> theirs = Score(metric="rmse", value=2.0, num_rows=90, interval=Interval(low=1.8, high=2.3))
        >>> str(compare(ours, theirs)), str(compare(theirs, ours))
        ('better', 'worse')
    """
    if not better(score.metric, score.value, other.value) and not better(score.metric, other.value, score.value):
        return Verdict.UNDECIDED
    ahead = better(score.metric, score.value, other.value)
    if _apart(score, other):
        return Verdict.BETTER if ahead else Verdict.WORSE
    if _within(score, other) or _within(other, score):
        return Verdict.UNDECIDED
    return Verdict.PROBABLY_BETTER if ahead else Verdict.PROBABLY_WORSE


def _apart(score: Score, other: Score) -> bool:
    if score.interval is None or other.interval is None:
        return False
    return score.interval.high < other.interval.low or other.interval.high < score.interval.low


def _within(score: Score, other: Score) -> bool:
    """Whether a score lies in the other's interval; so it counts as well where there is none to say otherwise."""
    return other.interval is None or other.interval.low <= score.value <= other.interval.high
