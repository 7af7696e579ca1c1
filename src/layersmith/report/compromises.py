"""The Pareto front of a run: candidates that none beats in one objective without losing in another."""

import numpy as np
import pandas as pd

from layersmith.records import Trial
from layersmith.report.leaderboard import leaderboard
from layersmith.strategies.pareto import fronts
from layersmith.study.outcome import Outcome
from layersmith.validation.metrics import metric_named

__all__ = ["pareto"]


def pareto(outcome: Outcome) -> pd.DataFrame:
    """Return the best compromises as rows of the leaderboard, with a column for each objective.

    The search's scores decide, for only finalists have others.

    Args:
        outcome: A finished run.
    """
    metric, costs = metric_named(outcome.answer.test.metric), list(outcome.settings.get("costs", ()))
    trials = [trial for trial in outcome.trials if trial.phase == "search" and trial.state == "complete"]
    found = [_objectives(trial) for trial in trials]
    signs = np.array([-1.0 if metric.higher_is_better else 1.0, *[1.0] * len(costs)])
    [front] = fronts(np.array(found) * signs, 1) or [np.zeros(0, np.intp)]
    best = pd.DataFrame(
        [found[place] for place in front],
        columns=[metric.name, *costs],
        index=pd.Index([trials[place].number for place in front], name="trial"),
    )
    joined = leaderboard(outcome).drop(columns=[*{"params"} & set(costs)]).join(best, on="trial", how="inner")
    return joined.sort_values(metric.name, ascending=not metric.higher_is_better, ignore_index=True)


def _objectives(trial: Trial) -> tuple[float, ...]:
    return trial.objectives or (trial.score,)
