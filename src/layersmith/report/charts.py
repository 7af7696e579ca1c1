"""Figures on a page: what Plotly needs to draw them, without what all of them share."""

import html
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["Chart", "chart_of", "charts_in"]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A figure on a page.

    Attributes:
        identifier: Of its element, unique on the page.
        caption: Its title, as text; the page sets it above.
        height: Pixels.
        data: Plotly's traces, JSON-ready.
        layout: Plotly's layout without template, title and height.
    """

    identifier: str
    caption: str
    height: int
    data: list[Any]
    layout: dict[str, Any]


def chart_of(identifier: str, figure: "Figure") -> Chart:
    """Return a figure as a page takes it.

    Args:
        identifier: Of its element, unique on the page.
        figure: One of `layersmith.report.figures`.

    Example:
        >>> from layersmith.report.figures import importance_bars
        >>> chart_of("importance", importance_bars({"units": 1.0}, num_trials=40)).caption
        'What decided who came to the top (n = 40 trials)'
    """
    plain = json.loads(figure.to_json())
    layout = plain["layout"]
    title, height = layout.pop("title", {}), layout.pop("height", 320)
    del layout["template"]
    has_legend = sum(trace.get("showlegend", True) and "name" in trace for trace in plain["data"]) > 1
    layout["margin"] = {"t": 30 if has_legend else 10}
    return Chart(
        identifier=identifier,
        caption=html.unescape(title.get("text", "")),
        height=height - 40,
        data=plain["data"],
        layout=layout,
    )


def charts_in(value: Any) -> list[Chart]:
    """Return every chart in the values of a page, in order.

    Args:
        value: A chart, or dictionaries and lists that hold some.
    """
    if isinstance(value, Chart):
        return [value]
    if isinstance(value, dict):
        return [chart for each in value.values() for chart in charts_in(each)]
    if isinstance(value, list):
        return [chart for each in value for chart in charts_in(each)]
    return []
