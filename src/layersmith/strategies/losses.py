"""What a trial is worth to a strategy that learns.

Complete trials come before pruned ones, these before failed and refused ones; a pruned trial has shown what it had
reached, these nothing.
"""

import math
from typing import TypeAlias

from layersmith.records import Trial

__all__ = ["FAILED", "Standing", "standing"]

Standing: TypeAlias = tuple[float, float, float]

_COMPLETE, _PRUNED, FAILED = 0.0, 1.0, 2.0


def standing(trial: Trial, higher_is_better: bool) -> Standing:
    """Return state, score and validation loss as numbers that sort the best trial first.

    Args:
        trial: A trial with a result.
        higher_is_better: The direction of its score.

    Example:
        >>> from layersmith.records import Candidate
        >>> standing(Trial(candidate=Candidate(values={}, origin="tpe"), score=0.9, loss=0.2), higher_is_better=True)
        (0.0, -0.9, 0.2)
    """
    if trial.state in ("failed", "refused") or not math.isfinite(trial.score):
        return FAILED, 0.0, 0.0
    loss = -trial.score if higher_is_better else trial.score
    return _PRUNED if trial.state == "pruned" else _COMPLETE, loss, trial.loss if math.isfinite(trial.loss) else 0.0
