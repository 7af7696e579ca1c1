"""The verdict on learning curves: how a training went, what may be behind it, what to do.

curves of one or several folds ── measure ──> medians ── kind ── causes ── remedies ──> Verdict
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from layersmith.errors import DataError
from layersmith.probes.causes import Cause, causes_of
from layersmith.probes.facts import Facts
from layersmith.probes.kinds import VerdictKind, kind_of, still_learnable
from layersmith.probes.measures import Measures, measure, typical
from layersmith.probes.remedies import remedies
from layersmith.records import Training

__all__ = ["Verdict", "judge"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How a training went.

    Attributes:
        kind: In one word.
        causes: What is suspected behind it, the most probable first; nothing for most good fits.
        evidence: What was measured, by name; losses in units of the constant's: `train`, `validation`, `gap`, `rise`
            since the best epoch, `fall` in the last third, `noise`, `missed` (share of what is known to be
            learnable), and `agreement`, the share of folds with this kind. What is unknown is left out.
        advice: What to do, a sentence for each cause.
        words: The verdict in a sentence.
    """

    kind: VerdictKind
    causes: tuple[Cause, ...]
    evidence: Mapping[str, float]
    advice: tuple[str, ...]
    words: str


def judge(trainings: Training | Sequence[Training], facts: Facts) -> Verdict:
    """Judge the curves of a training, or of the folds of one candidate.

    Curves alone cannot tell a network that is too small from labels that are noise: both end high with a small gap.
    With `facts.reachable_loss` the two are told apart; without it only a network that learned next to nothing is
    called under-fitted.

    Args:
        trainings: The record of a training, or one for each fold.
        facts: What is known beside the curves; for folds, of a typical one.

    Returns:
        The verdict.

    Raises:
        DataError: If there is no training, or one without a `loss` curve.

    Example:
        >>> curves = {"loss": (0.7, 0.4, 0.2, 0.1, 0.06, 0.05), "val_loss": (0.7, 0.5, 0.6, 0.7, 0.8, 0.9)}
        >>> record = Training(curves=curves, best_epoch=2, planned_epochs=6, seconds=1.0, stopped="finished")
        >>> verdict = judge(record, Facts(constant_loss=0.69, train_rows=50, validation_rows=20))
        >>> str(verdict.kind), [str(cause) for cause in verdict.causes]
        ('over-fitted', ['too few rows'])
        >>> print(verdict.words)
        Over-fitted: the validation loss ends 1.23 of the constant prediction's loss above the training loss.
    """
    folds = [trainings] if isinstance(trainings, Training) else list(trainings)
    if not folds or not all(fold.curves.get("loss") for fold in folds):
        raise DataError(
            f"{len(folds)} trainings, {sum(not fold.curves.get('loss') for fold in folds)} of them without a loss",
            expected="one or more trainings with a curve 'loss'",
            fix="pass records of trainings that ran for an epoch at least",
        )
    measured = [measure(fold, facts) for fold in folds]
    measures = typical(measured)
    kind = kind_of(measures)
    causes = causes_of(kind, measures)
    agreement = float(np.mean([kind_of(each) is kind for each in measured]))
    return Verdict(
        kind=kind,
        causes=causes,
        evidence=_evidence(measures, agreement),
        advice=remedies(causes, measures),
        words=f"{kind.capitalize()}: {_WORDS[kind].format(measures=measures)}.",
    )


def _evidence(measures: Measures, agreement: float) -> dict[str, float]:
    names = ("start", "train", "validation", "best", "gap", "rise", "fall", "noise", "accuracy", "lost_accuracy")
    found = {name: getattr(measures, name) for name in names}
    found |= {"missed": still_learnable(measures), "agreement": agreement}
    return {name: value for name, value in found.items() if np.isfinite(value)}


_WORDS: Mapping[VerdictKind, str] = {
    VerdictKind.DIVERGED: "the training loss left the range in which anything is learned",
    VerdictKind.UNSTABLE: "the training loss swings by {measures.noise:.2f} of the constant prediction's loss from "
    "epoch to epoch",
    VerdictKind.UNDER_FITTED: "the training loss stays at {measures.train:.2f} of the constant prediction's loss",
    VerdictKind.OVER_FITTED: "the validation loss ends {measures.gap:.2f} of the constant prediction's loss above the "
    "training loss",
    VerdictKind.STILL_IMPROVING: "the validation loss fell by {measures.validation_fall:.2f} of the constant "
    "prediction's loss in the last epochs, and goes on",
    VerdictKind.GOOD_FIT: "the validation loss has levelled off at {measures.best:.2f} of the constant prediction's "
    "loss, close to the training loss",
}
