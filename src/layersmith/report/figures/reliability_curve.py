"""Whether probabilities are what they say: how often rows came true by the probability they were given.

The diagonal is perfect; each point is a bin with as many rows as the others, with Wilson's interval.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.report.figures.canvas import blank
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import rounded
from layersmith.validation.proportions import wilson

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["reliability_curve"]

_BINS = 10
_FEWEST_ROWS = 10  # of a bin


def reliability_curve(probabilities: NDArray[Any], came_true: NDArray[Any], *, of: str) -> "Figure":
    """Return the share of rows that came true by their probability.

    Args:
        probabilities: What the model said `(rows,)`.
        came_true: Whether it was so `(rows,)`.
        of: What the probabilities are of.

    Example:
        >>> figure = reliability_curve(np.full(12, 0.5), np.arange(12) % 2 == 0, of="rain")
        >>> list(figure.data[1].x), list(figure.data[1].y)
        ([0.5], [0.5])
    """
    order = np.argsort(probabilities, kind="stable")
    bins = np.array_split(order, max(1, min(_BINS, len(order) // _FEWEST_ROWS)))
    shares = [float(np.mean(came_true[rows])) for rows in bins]
    intervals = [wilson(int(np.sum(came_true[rows])), len(rows)) for rows in bins]
    title = f"Calibration (n = {len(order):,} test rows, 95 % intervals)"
    figure = blank(title, x=f"probability of {of}", y="share that came true", height=340)
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": LIGHT["muted"], "dash": "dot", "width": 1.5},
        name="perfect",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=rounded(float(np.mean(probabilities[rows])) for rows in bins),
        y=rounded(shares),
        mode="lines+markers",
        line={"color": LIGHT["accent"], "width": 1.5},
        marker={"size": 7},
        error_y={
            "array": rounded(interval.high - share for interval, share in zip(intervals, shares, strict=True)),
            "arrayminus": rounded(share - interval.low for interval, share in zip(intervals, shares, strict=True)),
            "color": LIGHT["accent"],
            "thickness": 1.2,
            "width": 4,
        },
        text=[f"n = {len(rows):,}" for rows in bins],
        hovertemplate="said %{x:.1%}, was %{y:.1%} (%{text})<extra></extra>",
        name="the winner",
    )
    figure.update_xaxes(tickformat=".0%", range=[-0.02, 1.02], nticks=6)
    figure.update_yaxes(tickformat=".0%", range=[-0.02, 1.05], nticks=6)
    return figure
