"""How often each label of several was wrong, with the interval of that share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.report.figures.canvas import blank
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import label_of, rounded
from layersmith.validation.proportions import wilson

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["label_errors"]

_MOST = 20


def label_errors(truth: NDArray[Any], probabilities: NDArray[Any], labels: Sequence[str]) -> "Figure":
    """Return a bar for each label, those with most errors first.

    Args:
        truth: 0 or 1 for each label `(rows, labels)`.
        probabilities: Of each label `(rows, labels)`.
        labels: Their names.

    Example:
        >>> figure = label_errors(np.array([[1, 0], [1, 0]]), np.array([[0.9, 0.6], [0.9, 0.1]]), ["a", "b"])
        >>> list(figure.data[0].x)
        [0.5, 0.0]
    """
    wrong = ((probabilities >= 0.5) != (truth > 0.5)).sum(axis=0)
    order = np.argsort(-wrong, kind="stable")[:_MOST]
    shares = wrong[order] / len(truth)
    intervals = [wilson(int(wrong[place]), len(truth)) for place in order]
    title = f"Share of rows in which a label is wrong (n = {len(truth):,} test rows, 95 % intervals)"
    figure = blank(title, x="share of rows", y="", height=110 + 26 * len(order))
    figure.add_bar(
        x=rounded(shares),
        y=list(range(len(order))),
        orientation="h",
        marker={"color": LIGHT["accent"]},
        error_x={
            "array": rounded(interval.high - share for interval, share in zip(intervals, shares, strict=True)),
            "arrayminus": rounded(share - interval.low for interval, share in zip(intervals, shares, strict=True)),
            "color": LIGHT["ink"],
            "thickness": 1.2,
            "width": 4,
        },
        hovertemplate="%{x:.1%}<extra></extra>",
    )
    names = [label_of(labels[place], most=22) for place in order]
    figure.update_yaxes(tickvals=list(range(len(order))), ticktext=names, autorange="reversed", showgrid=False)
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    return figure
