"""How a candidate trained: losses over the epochs, a line per fold, the kept epoch marked."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from layersmith.records import Training, Trial
from layersmith.report.figures.canvas import blank
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import rounded

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["learning_curves", "spans_decades"]

_LINES = (("loss", "training", LIGHT["muted"], 1.3), ("val_loss", "validation", LIGHT["accent"], 1.8))
_MOST_POINTS = 150  # of a line
_LOG_RATIO = 30.0


def learning_curves(trial: Trial, title: str) -> "Figure":
    """Return the loss curves of one trial.

    Args:
        trial: A trial with its trainings, one per fold.
        title: What it is called.

    Example:
        >>> from layersmith.records import Candidate
        >>> training = Training(curves={"loss": (2.0, 1.0)}, best_epoch=2, planned_epochs=2, seconds=1.0,
        ...                     stopped="finished")
        >>> trial = Trial(candidate=Candidate(values={}, origin="tpe"), trainings=(training,))
        >>> list(learning_curves(trial, "small VGG").data[0].y)
        [2.0, 1.0]
    """
    folds = len(trial.trainings)
    figure = blank(f"{title} ({folds} {'training' if folds == 1 else 'trainings'})", x="epoch", y="loss")
    for name, label, colour, width in _LINES:
        for fold, training in enumerate(trial.trainings, start=1):
            _add_line(figure, training, name, label=label, fold=fold, line={"color": colour, "width": width})
    if spans_decades(trial.trainings):
        figure.update_yaxes(type="log", dtick=1)
    figure.update_xaxes(rangemode="tozero")
    return figure


def _add_line(
    figure: "Figure", training: Training, name: str, *, label: str, fold: int, line: dict[str, object]
) -> None:
    curve = training.curves.get(name, ())
    if not curve:
        return
    best, is_validation = training.best_epoch, name == "val_loss"
    epochs = _thinned(len(curve), keep=best)
    sizes = [9 if (is_validation and epoch == best) or len(curve) == 1 else 0 for epoch in epochs]
    figure.add_scatter(
        x=epochs,
        y=rounded(curve[epoch - 1] for epoch in epochs),
        mode="lines+markers",
        line=line,
        marker={"size": sizes, "color": line["color"], "line": {"width": 0}},
        name=label,
        legendgroup=label,
        showlegend=not any(trace.name == label for trace in figure.data),
        hovertemplate=f"{label}, fold {fold}, epoch %{{x}}: %{{y:.4g}}<extra></extra>",
    )


def _thinned(length: int, *, keep: int) -> list[int]:
    """Return epochs from 1, at most a fixed number and evenly spread, `keep` among them."""
    epochs = set(np.linspace(1, length, min(length, _MOST_POINTS)).round().astype(int).tolist())
    return sorted(epochs | ({keep} if 1 <= keep <= length else set()))


def spans_decades(trainings: Sequence[Training]) -> bool:
    """Whether losses are all above zero and differ so much that a linear axis would hide the end.

    Args:
        trainings: Trainings with their curves.
    """
    values = [value for each in trainings for name in ("loss", "val_loss") for value in each.curves.get(name, ())]
    finite = [value for value in values if math.isfinite(value)]
    return bool(finite) and min(finite) > 0 and max(finite) / min(finite) > _LOG_RATIO
