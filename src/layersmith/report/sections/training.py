"""How it trained: the winner's last training in words, the finalists' curves with a verdict on each."""

from typing import Any

from layersmith.report.charts import chart_of
from layersmith.report.figures import learning_curves
from layersmith.report.formats import format_count, format_score
from layersmith.report.leaderboard import finalists, ranked_finals
from layersmith.report.naming import trial_names
from layersmith.study.curve_verdict import curve_verdict
from layersmith.study.outcome import Outcome
from layersmith.study.progress import duration

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
    winner = outcome.answer.winner
    best = next(iter(ranked_finals(outcome)), winner)
    if best.params <= winner.params:
        return ""
    name, score = trial_names(outcome)[best.number], format_score(outcome.answer.test.metric, best.score)
    return f"{name} ({score}, {best.params:,} parameters)"


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
