"""Two hyperparameters together: the mean score of each cell in colour, with the number of trials it rests on."""

import math
from typing import TYPE_CHECKING

from layersmith.report.figures.canvas import blank
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import label_of, rounded
from layersmith.report.formats import format_score
from layersmith.study.interaction import Interaction
from layersmith.validation.metrics import metric_named

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["interaction_map"]

_FEWEST_FOR_ENDS = 5  # cells; the worst twentieth of more is left to the darkest colour


def interaction_map(interaction: Interaction, metric: str) -> "Figure":
    """Return the cells as a heatmap; cells without trials stay empty.

    Args:
        interaction: What `layersmith.study.interaction` gave.
        metric: Name of the metric.
    """
    across, down = interaction.names
    higher = metric_named(metric).higher_is_better
    total = sum(map(sum, interaction.counts))
    title = f"Mean validation {metric_named(metric).label} by {across} and {down} (n = {total:,} trials)"
    figure = blank(title, x=across, y=down, height=150 + 46 * len(interaction.rows))
    texts = [
        [
            "" if not count else f"{format_score(metric, score)}<br>n = {count:,}"
            for score, count in zip(*row, strict=True)
        ]
        for row in zip(interaction.scores, interaction.counts, strict=True)
    ]
    scale = [[0.0, LIGHT["soft"]], [1.0, LIGHT["accent"]]]
    low, high = _ends([score for row in interaction.scores for score in row], higher_is_better=higher)
    figure.add_heatmap(
        z=[rounded(row) for row in interaction.scores],
        zmin=low,
        zmax=high,
        text=texts,
        texttemplate="%{text}",
        colorscale=scale,
        reversescale=not higher,
        showscale=False,
        hoverongaps=False,
        hovertemplate="%{text}<extra></extra>",
        xgap=2,
        ygap=2,
    )
    figure.update_xaxes(**_ticks(interaction.columns), showgrid=False)
    figure.update_yaxes(**_ticks(interaction.rows), showgrid=False, autorange="reversed")
    return figure


def _ticks(labels: tuple[str, ...]) -> dict[str, object]:
    return {"tickvals": list(range(len(labels))), "ticktext": [label_of(label, most=22) for label in labels]}


def _ends(scores: list[float], *, higher_is_better: bool) -> tuple[float | None, float | None]:
    """Return the ends of the colours; a few cells that are far worse than the others do not set one."""
    known = sorted((score for score in scores if not math.isnan(score)), reverse=higher_is_better)
    if len(known) < _FEWEST_FOR_ENDS:
        return None, None
    best, worst = known[0], known[int(0.8 * (len(known) - 1))]
    return (worst, best) if higher_is_better else (best, worst)
