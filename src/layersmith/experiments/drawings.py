"""Figures of a sweep, drawn by matplotlib."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from layersmith.errors import SpaceError, lookup
from layersmith.experiments.cross_validation import CrossValidation
from layersmith.experiments.design import Levels
from layersmith.experiments.words import number
from layersmith.validation.metrics import metric_named

__all__ = ["draw_curves", "draw_heatmap"]

_CELL, _PANEL = 0.9, 2.4  # inches


def draw_heatmap(
    table: pd.DataFrame, metric: str, levels: Levels, *, rows: str | None = None, columns: str | None = None
) -> Figure:
    """Return the mean score by two factors.

    Args:
        table: One row per cell, with its levels and its score.
        metric: Name of the score's column.
        levels: The values of each factor.
        rows: Factor down the side; the first unless given.
        columns: Factor along the bottom; the next one unless given.

    Raises:
        UnknownNameError: If there is no such factor.
        SpaceError: If there are not two factors.
    """
    down, along = _pair(levels, rows, columns)
    means = np.array(
        [
            [table.loc[(table[down] == one) & (table[along] == other), metric].mean() for other in levels[along]]
            for one in levels[down]
        ]
    )
    size = (2 + _CELL * len(levels[along]), 1.5 + 0.6 * len(levels[down]))
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    better = "viridis" if metric_named(metric).higher_is_better else "viridis_r"
    image = axes.imshow(means, cmap=better, aspect="auto")
    axes.set_xticks(range(len(levels[along])), [_plain(level) for level in levels[along]])
    axes.set_yticks(range(len(levels[down])), [_plain(level) for level in levels[down]])
    axes.set_xlabel(_plain(along))
    axes.set_ylabel(_plain(down))
    middle = (np.nanmin(means) + np.nanmax(means)) / 2
    for (row, column), value in np.ndenumerate(means):
        dark = (value < middle) == metric_named(metric).higher_is_better
        said = "" if np.isnan(value) else number(value)
        axes.text(column, row, said, ha="center", va="center", color="white" if dark else "black")
    figure.colorbar(image, label=metric_named(metric).label)
    return figure


def draw_curves(results: Mapping[str, CrossValidation]) -> Figure:
    """Return training and test loss by epoch, a panel for each model, the mean over its folds drawn over the folds.

    Args:
        results: Cross-validations by name.
    """
    across = min(4, len(results))
    down = -(-len(results) // across)
    figure = Figure(figsize=(_PANEL * across + 0.5, _PANEL * down + 0.5), layout="constrained")
    panels = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, (name, result) in zip(panels, results.items(), strict=False):
        folds = [curves for repeat in result.curves for curves in repeat]
        for curve, color, label in (("loss", "C0", "training"), ("val_loss", "C1", "test rows")):
            _draw_folds(axes, [fold[curve] for fold in folds if curve in fold], color, label)
        axes.set_title(_plain(name), fontsize="small")
    for axes in panels[len(results) :]:
        axes.set_visible(False)
    panels[0].legend(fontsize="small")
    figure.supxlabel("epoch")
    figure.supylabel("loss")
    return figure


def _draw_folds(axes: Any, curves: list[tuple[float, ...]], color: str, label: str) -> None:
    shortest = min(map(len, curves), default=0)
    for curve in curves:
        axes.plot(range(1, len(curve) + 1), curve, color=color, alpha=0.25, linewidth=0.7)
    mean = np.mean([curve[:shortest] for curve in curves], axis=0)
    axes.plot(range(1, shortest + 1), mean, color=color, label=label)


def _pair(levels: Levels, rows: str | None, columns: str | None) -> tuple[str, str]:
    known = {name: name for name in levels}
    named = [lookup(known, name, "factor") for name in (rows, columns) if name is not None]
    others = [name for name in levels if name not in named]
    if len(levels) < 2 or (rows is not None and rows == columns):
        raise SpaceError(
            f"a heatmap of {', '.join(levels) if len(levels) < 2 else rows!r} alone",
            expected="two factors",
            fix="sweep over another hyperparameter, or use table()",
        )
    down = rows if rows is not None else others.pop(0)
    return down, columns if columns is not None else others[0]


def _plain(text: Any) -> str:
    """Return a name as matplotlib shows it as it is: a dollar sign would begin a formula."""
    return str(text).replace("$", r"\$")
