"""What was taken for what: rows of each true class by the class that was predicted."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.report.figures.canvas import blank
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import label_of

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["confusion_matrix"]

_MOST_CLASSES = 20
_MOST_WITH_TEXT = 12


def confusion_matrix(truth: NDArray[Any], predicted: NDArray[Any], classes: Sequence[str]) -> "Figure":
    """Return the counts as a heatmap, coloured by the share of the true class.

    Of many classes those are shown in which most rows were wrong.

    Args:
        truth: Codes of the true classes `(rows,)`.
        predicted: Codes of the predicted classes `(rows,)`.
        classes: Names of the classes, in code order.

    Example:
        >>> figure = confusion_matrix(np.array([0, 1, 1]), np.array([0, 1, 0]), ["no", "yes"])
        >>> figure.data[0].customdata
        ([1, 0], [1, 1])
    """
    from sklearn.metrics import confusion_matrix as count

    counts = count(truth, predicted, labels=np.arange(len(classes)))
    shown = _shown(counts)
    part = counts[np.ix_(shown, shown)]
    shares = part / np.maximum(counts[shown].sum(axis=1, keepdims=True), 1)
    named = "" if len(shown) == len(classes) else f", the {len(shown)} classes of {len(classes)} with most errors"
    title = f"Predicted and true classes (n = {len(truth):,} test rows{named})"
    figure = blank(title, x="predicted", y="true", height=min(620, 170 + 34 * len(shown)))
    few = len(shown) <= _MOST_WITH_TEXT
    figure.add_heatmap(
        z=shares.round(4).tolist(),
        zmin=0,
        zmax=1,
        customdata=part.tolist(),
        text=[[f"{count:,}" if count else "" for count in row] for row in part.tolist()] if few else None,
        texttemplate="%{text}" if few else None,
        colorscale=[[0.0, LIGHT["soft"]], [1.0, LIGHT["accent"]]],
        showscale=False,
        hovertemplate="true %{y}, predicted %{x}: %{customdata} rows, %{z:.1%} of the true class<extra></extra>",
        xgap=1,
        ygap=1,
    )
    labels = [label_of(classes[place], most=16) for place in shown]
    figure.update_xaxes(tickvals=list(range(len(shown))), ticktext=labels, showgrid=False)
    figure.update_yaxes(tickvals=list(range(len(shown))), ticktext=labels, showgrid=False, autorange="reversed")
    return figure


def _shown(counts: NDArray[Any]) -> NDArray[np.intp]:
    wrong = counts.sum(axis=1) + counts.sum(axis=0) - 2 * np.diag(counts)
    return np.sort(np.argsort(-wrong, kind="stable")[:_MOST_CLASSES])
