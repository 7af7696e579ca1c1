"""Which hyperparameters decided whether a candidate came to the top, as bars."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from layersmith.report.figures.canvas import blank
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import label_of, rounded

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["importance_bars"]

_MOST = 12


def importance_bars(importance: Mapping[str, float], *, num_trials: int) -> "Figure":
    """Return the shares of the most important hyperparameters.

    Args:
        importance: Hyperparameter to share, the largest first.
        num_trials: Trials that these rest on.

    Example:
        >>> figure = importance_bars({"units": 0.75, "activation": 0.25}, num_trials=50)
        >>> list(figure.data[0].x)
        [0.75, 0.25]
    """
    shown = list(importance.items())[:_MOST]
    title = f"What decided who came to the top (n = {num_trials:,} trials)"
    figure = blank(title, x="share of the importance", y="", height=110 + 24 * len(shown))
    figure.add_bar(
        x=rounded(share for _, share in shown),
        y=list(range(len(shown))),
        orientation="h",
        marker={"color": LIGHT["accent"]},
        customdata=[label_of(name, most=80) for name, _ in shown],
        hovertemplate="%{customdata}: %{x:.0%}<extra></extra>",
    )
    ticks = {"tickvals": list(range(len(shown))), "ticktext": [label_of(name, most=22) for name, _ in shown]}
    figure.update_yaxes(autorange="reversed", showgrid=False, **ticks)
    figure.update_xaxes(tickformat=".0%", rangemode="tozero", nticks=5)
    return figure
