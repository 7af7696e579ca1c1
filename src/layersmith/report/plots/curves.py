"""The finalists' curves by matplotlib: loss on training and validation rows over the epochs, the kept epoch marked.

Figures are made without pyplot, so nothing of the caller's plotting state changes.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.records import Training, Trial
from layersmith.report.figures.learning_curves import spans_decades
from layersmith.report.figures.palette import LIGHT
from layersmith.report.leaderboard import finalists
from layersmith.report.naming import trial_names
from layersmith.study.outcome import Outcome

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["training_curves", "trial_curves"]

_INK, _TRAINING, _VALIDATION = LIGHT["ink"], LIGHT["muted"], LIGHT["accent"]
_SIZE = (4.2, 3.0)  # inches of one panel


def training_curves(outcome: Outcome) -> "Figure":
    """Return the loss curves of the finalists, a panel each.

    Args:
        outcome: A finished run.
    """
    from matplotlib.figure import Figure

    trials, names = finalists(outcome), trial_names(outcome)
    columns = max(1, len(trials))
    figure = Figure(figsize=(_SIZE[0] * columns, _SIZE[1]), layout="constrained")
    panels = figure.subplots(1, columns, squeeze=False)[0]
    for panel, trial in zip(panels, trials, strict=False):
        _draw(panel, trial.trainings, names[trial.number])
    if not trials:
        panels[0].set_axis_off()
    return figure


def trial_curves(trial: Trial, title: str) -> "Figure":
    """Return the loss curves of one trial, a line per fold.

    Args:
        trial: A trial with its trainings.
        title: What to write above.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, layout="constrained")
    _draw(figure.subplots(), trial.trainings, title)
    return figure


def _draw(panel: Any, trainings: Sequence[Training], title: str) -> None:
    for name, colour, width in (("loss", _TRAINING, 1.2), ("val_loss", _VALIDATION, 1.6)):
        label = "training" if name == "loss" else "validation"
        for training in trainings:
            _line(panel, training, name, colour=colour, width=width, label=label)
            label = "_"
    if spans_decades(trainings):
        panel.set_yscale("log")
    panel.set_title(title, loc="left", fontsize=10.5, color=_INK, parse_math=False)
    panel.set_xlabel("epoch", fontsize=9, color=_INK)
    panel.set_ylabel("loss", fontsize=9, color=_INK)
    panel.tick_params(which="both", colors=_INK, labelsize=8.5, length=3)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color(_INK)
    panel.xaxis.get_major_locator().set_params(integer=True)
    panel.set_xlim(0, 1.03 * max([2, *(training.epochs for training in trainings)]))
    if trainings:
        panel.legend(frameon=False, fontsize=8.5, labelcolor=_INK)


def _line(panel: Any, training: Training, name: str, *, colour: str, width: float, label: str) -> None:
    values = _finite(training.curves.get(name, ()))
    if not len(values):
        return
    marker = "." if len(values) == 1 else "None"
    panel.plot(np.arange(1, len(values) + 1), values, color=colour, linewidth=width, marker=marker, label=label)
    best = training.best_epoch
    if name == "val_loss" and 1 <= best <= len(values):
        panel.plot([best], [values[best - 1]], marker="o", markersize=6, color=colour, label="_", zorder=3)


def _finite(curve: Sequence[float]) -> NDArray[np.float64]:
    values = np.asarray(curve, np.float64)
    return np.where(np.isfinite(values), values, math.nan)
