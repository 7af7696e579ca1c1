"""How it trained: the winner's last training in words, the finalists' curves with a verdict on each."""

from typing import Any

from layersmith.report.charts import chart_of
from layersmith.report.figures import learning_curves
from layersmith.report.formats import format_count, format_score
from layersmith.report.leaderboard import finalists
from layersmith.report.naming import trial_names
from layersmith.study.curve_verdict import curve_verdict
from layersmith.study.finalists import rank
from layersmith.study.outcome import Outcome
from layersmith.study.progress import duration
from layersmith.study.selection import pooled
from layersmith.validation.metrics import metric_named

__all__ = ["training_section"]

_STOPPED = {
    "finished": "all planned epochs ran",
    "patience": "the validation loss stopped improving",
    "time": "its time was up",
    "diverged": "the loss diverged",
    "interrupted": "it was interrupted",
}


def _simpler_than(outcome: Outcome) -> str:
    """Return the finalist whose score was better than the winner's, which is simpler; empty where there is none."""
    metric, names = metric_named(outcome.answer.test.metric), trial_names(outcome)
    finals = pooled([trial for trial in outcome.trials if trial.phase == "final"])
    ranked = rank(finals, higher_is_better=metric.higher_is_better)
    if (
        not ranked
        or ranked[0].number == outcome.answer.winner.number
        or ranked[0].params <= outcome.answer.winner.params
    ):
        return ""
    best = ranked[0]
    return f"{names[best.number]} ({format_score(metric.name, best.score)}, {best.params:,} parameters)"


def training_section(outcome: Outcome) -> dict[str, Any]:
    """Return the last training in words and a chart for each finalist.

    Args:
        outcome: A finished run.
    """
    answer, names = outcome.answer, trial_names(outcome)
    refit = answer.refit
    return {
        "rows": f"{answer.train_rows:,}",
        "epochs": format_count(refit.epochs, "epoch"),
        "seconds": duration(refit.seconds),
        "stopped": _STOPPED.get(refit.stopped, refit.stopped),
        "phase": answer.winner.phase,
        "simpler_than": _simpler_than(outcome),
        "curves": [
            {
                "chart": chart_of(f"curve-{trial.number}", learning_curves(trial, names[trial.number])),
                "verdict": curve_verdict(outcome, trial),
            }
            for trial in finalists(outcome)
            if trial.trainings
        ],
    }
