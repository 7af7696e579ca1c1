"""What the trials of a search say about its hyperparameters: which mattered, how, and which two together."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from layersmith.records import Trial
from layersmith.space import HyperParameters
from layersmith.strategies.importance import FEWEST_TRIALS, importance
from layersmith.study.interaction import Interaction, interaction
from layersmith.study.marginals import Marginal, marginals

__all__ = ["FEWEST_TRIALS", "Influence", "influence"]

_MOST_MARGINALS = 6


@dataclass(frozen=True, kw_only=True)
class Influence:
    """What mattered in a search.

    Attributes:
        importance: Share of each hyperparameter, the largest first; empty where there were too few trials.
        marginals: How the score goes with the most important ones.
        together: The two most important ones that were active together, if there are such.
        num_trials: Complete trials that this rests on.
    """

    importance: Mapping[str, float]
    marginals: tuple[Marginal, ...]
    together: Interaction | None
    num_trials: int


def influence(space: HyperParameters, trials: Sequence[Trial], *, higher_is_better: bool, seed: int = 0) -> Influence:
    """Return what mattered; nothing but the number of trials where these are fewer than `FEWEST_TRIALS`.

    Args:
        space: What was searched.
        trials: Every trial of a run.
        higher_is_better: The direction of the scores.
        seed: Seed of the forest behind the marginals.
    """
    known = [t for t in trials if t.phase == "search" and t.state == "complete" and math.isfinite(t.score)]
    shares = importance(space, known, higher_is_better=higher_is_better)
    if not shares:
        return Influence(importance={}, marginals=(), together=None, num_trials=len(known))
    found = marginals(known, list(shares)[:_MOST_MARGINALS], higher_is_better=higher_is_better, seed=seed)
    return Influence(
        importance=shares,
        marginals=tuple(found),
        together=_together(known, [marginal.name for marginal in found]),
        num_trials=len(known),
    )


def _together(trials: Sequence[Trial], names: Sequence[str]) -> Interaction | None:
    """Return the first two names, by importance, that were active in enough of the same trials."""
    for pair in combinations(names, 2):
        if sum(all(name in trial.candidate.values for name in pair) for trial in trials) >= FEWEST_TRIALS:
            return interaction(trials, pair)
    return None
