"""Why this one: what a better score costs, which hyperparameters decided, and how two of them go together."""

from typing import Any

from layersmith.report.charts import Chart, chart_of
from layersmith.report.figures import importance_bars, interaction_map, marginal_curve, score_against_cost
from layersmith.study.influence import FEWEST_TRIALS, Influence, influence
from layersmith.study.outcome import Outcome
from layersmith.validation.metrics import metric_named

__all__ = ["reasons_section"]

_TOO_FEW = "Trained to the end: {} candidates. Below {} nothing can be said of which hyperparameters mattered."


def reasons_section(outcome: Outcome) -> dict[str, Any]:
    """Return the charts of what mattered; a sentence instead where there were too few trials to tell.

    Args:
        outcome: A finished run.
    """
    metric = metric_named(outcome.answer.test.metric)
    seed = int(outcome.settings.get("seed", 0))
    found = influence(outcome.space, outcome.trials, higher_is_better=metric.higher_is_better, seed=seed)
    return {
        "costs": [
            chart_of(f"score-against-{cost}", score_against_cost(outcome, cost))
            for cost in dict.fromkeys(("params", *outcome.settings.get("costs", ())))
        ],
        "importance": _importance(found),
        "marginals": [
            chart_of(f"marginal-{place}", marginal_curve(marginal, metric.name))
            for place, marginal in enumerate(found.marginals)
        ],
        "together": chart_of("interaction", interaction_map(found.together, metric.name)) if found.together else None,
        "too_few": "" if found.importance else _TOO_FEW.format(found.num_trials, FEWEST_TRIALS),
    }


def _importance(found: Influence) -> Chart | None:
    if not found.importance:
        return None
    return chart_of("importance", importance_bars(found.importance, num_trials=found.num_trials))
