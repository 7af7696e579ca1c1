"""Predicted amounts against the true ones: points on the diagonal are right."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.report.figures.canvas import blank
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import rounded

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["predicted_against_true"]

_MOST_POINTS = 1500


def predicted_against_true(truth: NDArray[Any], predicted: NDArray[Any], *, target: str) -> "Figure":
    """Return a point for each row, of many rows for every n-th by size.

    Args:
        truth: True amounts `(rows,)`.
        predicted: Predicted amounts `(rows,)`.
        target: What they are.

    Example:
        >>> predicted_against_true(np.array([2.0, 1.0]), np.array([2.5, 1.0]), target="price").data[1].x
        (1.0, 2.0)
    """
    order = np.argsort(truth, kind="stable")[:: max(1, -(-len(truth) // _MOST_POINTS))]
    shown = "" if len(order) == len(truth) else f", {len(order):,} of them shown"
    title = f"Predicted and true {target} (n = {len(truth):,} test rows{shown})"
    figure = blank(title, x=f"true {target}", y=f"predicted {target}", height=360)
    ends = rounded([truth.min(), truth.max()]) if len(truth) else []
    figure.add_scatter(
        x=ends,
        y=ends,
        mode="lines",
        line={"color": LIGHT["second"], "width": 1.5},
        name="perfect",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=rounded(truth[order]),
        y=rounded(predicted[order]),
        mode="markers",
        marker={"color": LIGHT["accent"], "size": 5, "opacity": 0.45},
        name="test row",
        hovertemplate="true %{x}, predicted %{y}<extra></extra>",
    )
    return figure
