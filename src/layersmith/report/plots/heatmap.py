"""Two hyperparameters together: the mean score of each cell, with the number of trials it rests on."""

from typing import TYPE_CHECKING

import numpy as np

from layersmith.report.figures.palette import LIGHT
from layersmith.report.formats import format_score
from layersmith.study.interaction import Interaction
from layersmith.validation.metrics import metric_named

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["heatmap"]

_CELL = (0.95, 0.55)  # inches


def heatmap(interaction: Interaction, metric: str) -> "Figure":
    """Return the cells in colour, the best the darkest; cells without trials stay empty.

    Args:
        interaction: What `layersmith.study.interaction` gave.
        metric: Name of the metric.

    Example:
        >>> found = Interaction(names=("units", "activation"), columns=("32", "64"), rows=("relu",),
        ...                     scores=((0.5, 0.8),), counts=((1, 2),))
        >>> [text.get_text().replace(chr(10), ', ') for text in heatmap(found, "accuracy").axes[0].texts]
        ['50.0 %, n = 1', '80.0 %, n = 2']
    """
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    scores = np.array(interaction.scores, np.float64)
    higher = metric_named(metric).higher_is_better
    colours = LinearSegmentedColormap.from_list("scores", [LIGHT["soft"], LIGHT["accent"]][:: 1 if higher else -1])
    size = (_CELL[0] * len(interaction.columns) + 1.8, _CELL[1] * len(interaction.rows) + 1.2)
    figure = Figure(figsize=size, layout="constrained")
    panel = figure.subplots()
    image = panel.imshow(np.ma.masked_invalid(scores), cmap=colours, aspect="auto")
    for (row, column), score in np.ndenumerate(scores):
        if np.isfinite(score):
            red, green, blue, _ = image.to_rgba(np.array(score))
            ink = LIGHT["ink"] if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else LIGHT["paper"]
            text = f"{format_score(metric, score)}\nn = {interaction.counts[row][column]}"
            panel.text(column, row, text, ha="center", va="center", fontsize=8, color=ink)
    across, down = interaction.names
    panel.set_xticks(range(len(interaction.columns)), interaction.columns, fontsize=8.5, parse_math=False)
    panel.set_yticks(range(len(interaction.rows)), interaction.rows, fontsize=8.5, parse_math=False)
    panel.set_xlabel(across, fontsize=9, parse_math=False)
    panel.set_ylabel(down, fontsize=9, parse_math=False)
    panel.set_title(f"mean validation {metric_named(metric).label}", loc="left", fontsize=10.5)
    panel.spines[:].set_visible(False)
    return figure
