"""How far predictions were off: the spread of predicted minus true."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.report.figures.canvas import blank
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import rounded

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["residuals"]

_BINS = 40
_TAILS = (0.005, 0.995)  # what lies beyond is counted in the last bins


def residuals(truth: NDArray[Any], predicted: NDArray[Any], *, target: str) -> "Figure":
    """Return a histogram of the errors.

    Args:
        truth: True amounts `(rows,)`.
        predicted: Predicted amounts `(rows,)`.
        target: What they are.

    Example:
        >>> sum(residuals(np.zeros(9), np.linspace(-1, 1, 9), target="price").data[0].y)
        9
    """
    errors = np.asarray(predicted, np.float64) - np.asarray(truth, np.float64)
    low, high = np.quantile(errors, _TAILS)
    counts, edges = np.histogram(np.clip(errors, low, high), bins=min(_BINS, max(5, len(errors) // 5)))
    title = f"Errors (n = {len(errors):,} test rows; mean {errors.mean():.3g}, standard deviation {errors.std():.3g})"
    figure = blank(title, x=f"predicted minus true {target}", y="test rows", height=300)
    figure.add_bar(
        x=rounded((edges[:-1] + edges[1:]) / 2),
        y=counts.tolist(),
        width=float(f"{edges[1] - edges[0]:.4g}"),
        marker={"color": LIGHT["accent"], "line": {"width": 0.5, "color": LIGHT["paper"]}},
        hovertemplate="about %{x}: %{y} rows<extra></extra>",
    )
    figure.add_vline(x=0, line={"color": LIGHT["second"], "width": 1.5})
    return figure
