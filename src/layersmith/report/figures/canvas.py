"""An empty figure in the report's style: colours, fonts, margins that hold any label, a legend above."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import label_of
from layersmith.validation.metrics import metric_named

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["TEMPLATE", "blank", "left_out", "log_axis", "score_axis", "shown_range"]

_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif'
_PERCENT = ("accuracy", "balanced_accuracy", "subset_accuracy", "mape")
_FEW_DECADES = 200  # of a range, up to which ticks stand within a decade too
_LONGEST_LABEL = 20  # along an axis; a longer metric goes by its short name
_AXIS = {
    "gridcolor": LIGHT["rule"],
    "linecolor": LIGHT["rule"],
    "zerolinecolor": LIGHT["rule"],
    "automargin": True,
    "title": {"standoff": 8, "font": {"size": 12}},
}
TEMPLATE: dict[str, Any] = {
    "data": {"heatmap": [{"textfont": {"family": _FONT, "size": 11}}]},
    "layout": {
        "font": {"family": _FONT, "size": 12, "color": LIGHT["quiet"]},
        "title": {"font": {"size": 14, "color": LIGHT["ink"]}, "x": 0, "xref": "paper"},
        "paper_bgcolor": LIGHT["paper"],
        "plot_bgcolor": LIGHT["paper"],
        "colorway": [LIGHT[role] for role in ("accent", "second", "third", "muted")],
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}},
        "hoverlabel": {
            "bgcolor": LIGHT["soft"],
            "bordercolor": LIGHT["rule"],
            "font": {"color": LIGHT["ink"], "size": 12},
            "align": "left",
        },
        "margin": {"l": 8, "r": 8, "t": 56, "b": 8},
    },
}


def blank(title: str, *, x: str, y: str, height: int = 320) -> "Figure":
    """Return a figure without data.

    Args:
        title: What it shows, with the number of rows or trials behind it; text, not markup.
        x: What the axis says, with its unit; text.
        y: Likewise.
        height: Pixels.
    """
    import plotly.graph_objects as go

    figure = go.Figure(layout=go.Layout(template=go.layout.Template(TEMPLATE)))
    figure.update_layout(height=height, title_text=label_of(title, most=200))
    figure.update_xaxes(title_text=label_of(x, most=60))
    figure.update_yaxes(title_text=label_of(y, most=60))
    return figure


def score_axis(metric: str) -> dict[str, Any]:
    """Return the settings of an axis of scores: its name, and percent where people read it so.

    Args:
        metric: Name of the metric.

    Example:
        >>> score_axis("accuracy")["tickformat"]
        '.3~%'
    """
    label = metric_named(metric).label
    shown = {"tickformat": ".3~%"} if metric in _PERCENT else {}
    return {"title_text": label_of(f"validation {label if len(label) <= _LONGEST_LABEL else metric.upper()}"), **shown}


def log_axis(values: Sequence[float]) -> dict[str, Any]:
    """Return the settings of a logarithmic axis of counts, with a few round ticks.

    Args:
        values: What stands on it, above 0.

    Example:
        >>> log_axis([900, 4000])["ticktext"]
        ['500', '1k', '2k', '5k']
    """
    if not len(values):
        return {"type": "log"}
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    steps = (1, 2, 5) if max(values) <= _FEW_DECADES * min(values) else (1,)
    ticks = [step * 10**power for power in range(low, high + 1) for step in steps]
    first = max((place for place, tick in enumerate(ticks) if tick <= min(values)), default=0)
    last = min((place for place, tick in enumerate(ticks) if tick >= max(values)), default=len(ticks) - 1)
    shown = ticks[first : last + 1]
    return {"type": "log", "tickvals": shown, "ticktext": [_short(tick) for tick in shown]}


def _short(number: int) -> str:
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= size:
            return f"{number / size:g}{unit}"
    return f"{number:g}"


def left_out(scores: Iterable[float], shown: tuple[float, float] | None) -> str:
    """Return how many scores an axis leaves out, to be said in a title; empty where none.

    Example:
        >>> left_out([1.0, 1.2, 900.0], (0.97, 1.6))
        '; 1 far worse not shown'
    """
    number = 0 if shown is None else sum(not shown[0] <= score <= shown[1] for score in scores)
    return f"; {number:,} far worse not shown" if number else ""


def shown_range(scores: Iterable[float], *, higher_is_better: bool) -> tuple[float, float] | None:
    """Return the axis that shows what matters where a few scores are far worse than the rest; None where none is.

    Far is three times the range of the better half beyond the middle.

    Args:
        scores: Scores of candidates.
        higher_is_better: Their direction.

    Example:
        >>> shown_range([1.0, 1.1, 1.2, 900.0], higher_is_better=False)
        (0.97, 1.6)
    """
    values = np.array([score for score in scores if np.isfinite(score)])
    if len(values) < 4:
        return None
    signed = -values if higher_is_better else values
    best, middle = float(signed.min()), float(np.median(signed))
    spread = middle - best
    limit = middle + 3 * spread
    if spread == 0 or signed.max() <= limit:
        return None
    ends = (round(best - 0.2 * spread, 6), round(limit, 6))
    return (-ends[1], -ends[0]) if higher_is_better else ends
