"""How the score goes with one hyperparameter, with the band in which most of the forest's trees see it."""

from typing import TYPE_CHECKING

from layersmith.report.figures.canvas import blank, score_axis
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import label_of, rounded
from layersmith.study.marginals import Marginal

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["marginal_curve"]


def marginal_curve(marginal: Marginal, metric: str) -> "Figure":
    """Return the expected score at each value of a hyperparameter.

    Args:
        marginal: What `layersmith.study.marginals` gave.
        metric: Name of the metric.
    """
    figure = blank(f"{marginal.name} (n = {marginal.num_trials:,} trials)", x="", y="", height=260)
    places = list(range(len(marginal.values)))
    above = rounded(high - score for high, score in zip(marginal.high, marginal.scores, strict=True))
    below = rounded(score - low for score, low in zip(marginal.scores, marginal.low, strict=True))
    figure.add_scatter(
        x=places,
        y=rounded(marginal.scores),
        mode="lines+markers",
        line={"color": LIGHT["accent"], "width": 1.5},
        marker={"size": 7},
        error_y={"array": above, "arrayminus": below, "color": LIGHT["accent"], "thickness": 1.2, "width": 4},
        text=[_shown(value) for value in marginal.values],
        hovertemplate="%{text}: %{y}<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(tickvals=places, ticktext=[_shown(value) for value in marginal.values], showgrid=False)
    figure.update_xaxes(range=[-0.4, len(places) - 0.6])
    figure.update_yaxes(**score_axis(metric), nticks=5)
    return figure


def _shown(value: object) -> str:
    return f"{value:.2g}" if isinstance(value, float) else label_of(value, most=14)
