"""How the search went: each candidate's score when it was done, and the best one so far."""

from typing import TYPE_CHECKING

import numpy as np

from layersmith.report.figures.canvas import blank, left_out, score_axis, shown_range
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import label_of, rounded
from layersmith.report.naming import trial_names
from layersmith.study.outcome import Outcome
from layersmith.validation.metrics import metric_named

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["best_so_far"]


def best_so_far(outcome: Outcome) -> "Figure":
    """Return the search's scores over the training time that was spent.

    Several candidates train at once, so the seconds of training add up to more than the clock shows.

    Args:
        outcome: A finished run.
    """
    metric, names = metric_named(outcome.answer.test.metric), trial_names(outcome)
    trials = [trial for trial in outcome.trials if trial.phase == "search"]
    done = [trial.state == "complete" and bool(np.isfinite(trial.score)) for trial in trials]
    spent = np.cumsum([trial.seconds for trial in trials])[done] if trials else np.zeros(0)
    trials = [trial for trial, is_done in zip(trials, done, strict=True) if is_done]
    scores = np.array([trial.score for trial in trials])
    limits = shown_range(scores, higher_is_better=metric.higher_is_better)
    title = f"Best so far (n = {len(trials):,} candidates{left_out(scores, limits)})"
    figure = blank(title, x="training time of all candidates so far (s)", y="", height=340)
    figure.add_scatter(
        x=rounded(spent),
        y=rounded(scores),
        mode="markers",
        marker={"color": LIGHT["muted"], "size": 6},
        name="candidate",
        text=[f"{label_of(names[trial.number])} (trial {trial.number})" for trial in trials],
        hovertemplate="%{text}<br>%{y} after %{x:.0f} s<extra></extra>",
    )
    best = (np.maximum if metric.higher_is_better else np.minimum).accumulate(scores) if len(scores) else scores
    kept = np.flatnonzero(np.diff(best, prepend=np.nan) != 0)
    steps = np.unique([*kept, len(best) - 1]).astype(int) if len(best) else np.zeros(0, int)
    figure.add_scatter(
        x=rounded(spent[steps]),
        y=rounded(best[steps]),
        mode="lines",
        line={"color": LIGHT["accent"], "width": 2, "shape": "hv"},
        name="best so far",
        hovertemplate="best: %{y} after %{x:.0f} s<extra></extra>",
    )
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(**score_axis(metric.name), range=limits)
    return figure
