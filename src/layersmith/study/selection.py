"""From finalists to the winner: trained on fresh splits until they are told apart, then the simplest of those that tie.

Finalists are compared with the best fold by fold, by the corrected resampled t-test (`validation.resampled`), with
Holm's p-values. Of those that cannot be told apart, the one with the fewest parameters wins whose mean score is within
one standard error of the best (Breiman, Friedman, Olshen and Stone 1984, section 3.4.3); the error is that of the
difference, on the same folds.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from layersmith.records import Trial
from layersmith.study.finalists import rank
from layersmith.validation.resampled import Resampled, holm, resampled

__all__ = ["contenders", "pooled", "winner_of"]

_LEVEL = 0.05


def pooled(finals: Sequence[Trial], *, rounds: int | None = None) -> list[Trial]:
    """Return one trial for each finalist, which stands for all its rounds; without those that failed in one.

    Its score is the mean of the rounds', its trainings are those of the first.

    Args:
        finals: Trials of finalists, one for each round, in the order of the rounds.
        rounds: How many rounds to look at; None for all.

    Example:
        >>> from layersmith.records import Candidate
        >>> candidate = Candidate(values={}, origin="final of trial 3", number=7)
        >>> both = [Trial(candidate=candidate, score=score, fold_scores=(score,)) for score in (0.75, 0.25)]
        >>> [(trial.score, trial.fold_scores) for trial in pooled(both)]
        [(0.5, (0.75, 0.25))]
    """
    by_origin: dict[str, list[Trial]] = {}
    for trial in finals:
        by_origin.setdefault(trial.candidate.origin, []).append(trial)
    kept = (trials[:rounds] for trials in by_origin.values())
    return [_joined(trials) for trials in kept if trials and all(trial.state == "complete" for trial in trials)]


def _joined(trials: Sequence[Trial]) -> Trial:
    return replace(
        trials[0],
        score=float(np.mean([trial.score for trial in trials])),
        loss=float(np.mean([trial.loss for trial in trials])),
        fold_scores=tuple(chain.from_iterable(trial.fold_scores for trial in trials)),
        seconds=sum(trial.seconds for trial in trials),
    )


def contenders(finalists: Sequence[Trial], *, higher_is_better: bool, held_per_train: float) -> list[Trial]:
    """Return the finalists that cannot be told apart from the best, best first.

    Args:
        finalists: What `pooled` gave; who was trained in fewer rounds was told apart before.
        higher_is_better: The direction of their scores.
        held_per_train: Validation rows per training row of a fold.
    """
    most = max((len(trial.fold_scores) for trial in finalists), default=0)
    ranked = rank([trial for trial in finalists if len(trial.fold_scores) == most], higher_is_better=higher_is_better)
    if not most:
        return ranked
    behind = [_behind(trial, ranked[0], higher_is_better, held_per_train).p_value for trial in ranked[1:]]
    return ranked[:1] + [trial for trial, p_value in zip(ranked[1:], holm(behind), strict=True) if not p_value < _LEVEL]


def winner_of(
    finalists: Sequence[Trial], *, higher_is_better: bool, held_per_train: float, best_score: bool = False
) -> list[Trial]:
    """Return the finalists, the winner first and the others by score.

    Args:
        finalists: What `pooled` gave.
        higher_is_better: The direction of their scores.
        held_per_train: Validation rows per training row of a fold.
        best_score: Whether the best score wins, however complex the model.
    """
    tied = contenders(finalists, higher_is_better=higher_is_better, held_per_train=held_per_train)
    if not tied:
        return []
    within = [trial for trial in tied[1:] if _is_within(_behind(trial, tied[0], higher_is_better, held_per_train))]
    chosen = tied[0] if best_score else min([tied[0], *within], key=lambda trial: trial.params)
    others = [trial for trial in finalists if trial is not chosen]
    return [chosen, *rank(others, higher_is_better=higher_is_better)]


def _behind(trial: Trial, best: Trial, higher_is_better: bool, held_per_train: float) -> Resampled:
    """Return by how much a finalist is behind the best, fold by fold."""
    if not trial.fold_scores:
        return Resampled(mean=abs(best.score - trial.score), standard_error=float("nan"), num_folds=1)
    ahead = np.subtract(best.fold_scores, trial.fold_scores) * (1.0 if higher_is_better else -1.0)
    return resampled(ahead, held_per_train=held_per_train)


def _is_within(behind: Resampled) -> bool:
    """Whether a difference is within one standard error; never, where that is not known."""
    return behind.mean <= behind.standard_error
