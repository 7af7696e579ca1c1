"""Which hyperparameters decided whether a candidate came to the top, by Optuna's conditional PED-ANOVA.

PED-ANOVA (Watanabe et al., IJCAI 2023, arXiv:2304.10255) compares how the values of the best candidates are spread with
those of all; its conditional form (Kaito et al., 2026, arXiv:2601.20800) weighs a hyperparameter that is not always
active by the candidates in which it is. Nothing is fitted, so thousands of trials take seconds.
"""

import math
import warnings
from collections.abc import Sequence

import optuna

from layersmith.records import Trial
from layersmith.space import HyperParameters
from layersmith.strategies.optuna_sampling import encode, quiet

__all__ = ["FEWEST_TRIALS", "importance"]

FEWEST_TRIALS = 20
"""Complete trials below which nothing is said."""

_BEST_SHARE = 0.1  # of the trials, the ones to explain
_FEWEST_BEST = 5  # of them, as Optuna advises


def importance(space: HyperParameters, trials: Sequence[Trial], *, higher_is_better: bool) -> dict[str, float]:
    """Return each hyperparameter's share of the importance, the largest first; nothing where there are too few trials.

    Args:
        space: What was searched.
        trials: Trials of the search.
        higher_is_better: The direction of their scores.

    Example:
        >>> from layersmith.records import Candidate
        >>> hp = HyperParameters()
        >>> _, _ = hp.Int("units", 1, 64), hp.Boolean("bias")
        >>> trials = [Trial(candidate=Candidate(values={"units": units, "bias": units % 2 == 0}, origin="random"),
        ...                 score=float(units)) for units in range(1, 65)]
        >>> list(importance(hp, trials, higher_is_better=True))
        ['units', 'bias']
    """
    known = [trial for trial in trials if trial.state == "complete" and math.isfinite(trial.score)]
    if len(known) < FEWEST_TRIALS:
        return {}
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(
        target_quantile=max(_BEST_SHARE, _FEWEST_BEST / len(known))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a value that one trial alone has counts for nothing
        found = evaluator.evaluate(_study(space, known, higher_is_better))
    total = sum(found.values())
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))  # Optuna's order of ties differs by process
    return {name: value / total for name, value in ordered} if total > 0 else {}


def _study(space: HyperParameters, trials: Sequence[Trial], higher_is_better: bool) -> optuna.Study:
    with quiet():
        study = optuna.create_study(direction="maximize" if higher_is_better else "minimize")
    encoded = [(trial.score, *encode(space, trial.candidate.values)) for trial in trials]
    study.add_trials(
        optuna.trial.create_trial(value=score, params=params, distributions=distributions)
        for score, params, distributions in encoded
    )
    return study
