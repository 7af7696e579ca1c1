"""How the finalists trained: loss on training and validation rows over the epochs, the kept epoch marked.

Figures are made without pyplot, so nothing of the caller's plotting state changes.
"""

import io
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.records import Training, Trial
from layersmith.report.leaderboard import ranked
from layersmith.report.naming import trial_names
from layersmith.study.outcome import Outcome

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["INK", "finalists", "to_svg", "training_curves", "trial_curves"]

INK = "#24292f"  # of text and axes; a page replaces it by the colour of its own text
_TRAINING, _VALIDATION = "#8a94a0", "#2f7fb8"
_GROUP_ID = re.compile(r'<g id="[^"]*"')  # matplotlib numbers these per figure, and nothing refers to them
_LOG_RATIO = 30.0
_MOST = 3
_SIZE = (4.2, 3.0)  # inches of one panel


def finalists(outcome: Outcome) -> list[Trial]:
    """Return the trials that named the winner, best first: the finals, or the search's best where there were none."""
    pairs = ranked(outcome)
    finals = [final for _, final in pairs if final is not None]
    return (finals or [trial for trial, _ in pairs])[:_MOST]


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


def to_svg(figure: "Figure", *, identifier: str = "layersmith") -> str:
    """Return a figure as an `<svg>` element for a page: text stays text, the background is the page's.

    Args:
        figure: The figure.
        identifier: Keeps the ids of several figures on one page apart.

    Example:
        >>> from layersmith.records import Candidate
        >>> to_svg(trial_curves(Trial(candidate=Candidate(values={}, origin="tpe")), "none"))[:4]
        '<svg'
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": identifier}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return _GROUP_ID.sub("<g", text[text.index("<svg") :]).strip()


def _draw(panel: Any, trainings: Sequence[Training], title: str) -> None:
    for name, colour, width in (("loss", _TRAINING, 1.2), ("val_loss", _VALIDATION, 1.6)):
        label = "training" if name == "loss" else "validation"
        for training in trainings:
            _line(panel, training, name, colour=colour, width=width, label=label)
            label = "_"
    if _spans_decades(trainings):
        panel.set_yscale("log")
    panel.set_title(title, loc="left", fontsize=10.5, color=INK, parse_math=False)
    panel.set_xlabel("epoch", fontsize=9, color=INK)
    panel.set_ylabel("loss", fontsize=9, color=INK)
    panel.tick_params(which="both", colors=INK, labelsize=8.5, length=3)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color(INK)
    panel.xaxis.get_major_locator().set_params(integer=True)
    panel.set_xlim(0, 1.03 * max([2, *(training.epochs for training in trainings)]))
    if trainings:
        panel.legend(frameon=False, fontsize=8.5, labelcolor=INK)


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


def _spans_decades(trainings: Sequence[Training]) -> bool:
    """Whether losses are all above zero and differ so much that a linear axis would hide the end."""
    curves = [_finite(training.curves.get(name, ())) for training in trainings for name in ("loss", "val_loss")]
    values = np.concatenate(curves) if curves else np.zeros(0)
    values = values[~np.isnan(values)]
    return bool(len(values)) and values.min() > 0 and values.max() / values.min() > _LOG_RATIO
