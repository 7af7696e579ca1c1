"""From many trials to a few, and from a few to one.

The validation score that put a candidate at the top is too good on average: it was chosen for being the best of many.
So the best few are trained again on fresh splits with fresh seeds, and only those scores name the winner.
"""

import math
from collections.abc import Sequence

from layersmith.records import Trial

__all__ = ["best_share", "rank", "shortlist"]

_MOST = 3
_KNOWN = ("portfolio", "enqueued")  # origins of what was not found by the search


def rank(trials: Sequence[Trial], *, higher_is_better: bool) -> list[Trial]:
    """Return the complete trials, best first: by score, then validation loss, then fewer parameters.

    Where a scheduler stopped them all on the way, those are returned.

    Args:
        trials: Trials of one phase.
        higher_is_better: The direction of their scores.
    """
    sign = -1.0 if higher_is_better else 1.0
    scored = [trial for trial in trials if math.isfinite(trial.score)]
    complete = [trial for trial in scored if trial.state == "complete"]
    pruned = [trial for trial in scored if trial.state == "pruned"]
    return sorted(complete or pruned, key=lambda trial: (sign * trial.score, trial.loss, trial.params, trial.number))


def shortlist(trials: Sequence[Trial], *, higher_is_better: bool, seconds: float | None) -> list[Trial]:
    """Return the finalists, best first: at most three, and as many as `seconds` allow to train again.

    The best one that was published, or that the user put first, is always among them, as the fourth if need be: with
    fresh scores beside it, nothing wins that was only lucky in the search.

    Args:
        trials: The trials of the search.
        higher_is_better: The direction of their scores.
        seconds: Seconds of training for all of them together, on all cores; None for no limit.
    """
    ranked = rank(trials, higher_is_better=higher_is_better)
    chosen: list[Trial] = []
    spent = 0.0
    for trial in ranked[:_MOST]:
        spent += trial.seconds
        if chosen and seconds is not None and spent > 1.2 * seconds:
            break
        chosen.append(trial)
    known = [trial for trial in ranked if trial.candidate.origin.startswith(_KNOWN)]
    return chosen + [trial for trial in known[:1] if trial not in chosen]


def best_share(trials: Sequence[Trial]) -> float:
    """Return the median of best epoch over planned epochs: where a refit, which validates nothing, ends its schedule.

    Args:
        trials: Trials of one candidate.

    Example:
        >>> best_share([])
        1.0
    """
    shares = sorted(
        training.best_epoch / max(training.planned_epochs, 1) for trial in trials for training in trial.trainings
    )
    return shares[len(shares) // 2] if shares else 1.0
