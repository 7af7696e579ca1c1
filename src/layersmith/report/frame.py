"""What every page has: the colours, the charts with Plotly inside, and a policy that lets nothing else run.

The policy names the page's scripts by their hashes, so that a script from anywhere else, even one that found its way
into the page, is not run. Styles are the one thing that must be allowed in place: Plotly sets them on its elements.
"""

import base64
import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
from markupsafe import Markup

from layersmith.report.charts import Chart, charts_in
from layersmith.report.figures.canvas import TEMPLATE
from layersmith.report.figures.palette import DARK, LIGHT, darkened

__all__ = ["render_page"]

_SCRIPT = "page.js"
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def render_page(template: str, values: Mapping[str, Any], *, board: Mapping[str, Any] | None = None) -> str:
    """Return a page as HTML.

    Args:
        template: Its file in `pages`.
        values: What it says; charts anywhere in them are drawn.
        board: Candidates for a sortable table.
    """
    environment = _environment()
    charts = charts_in(dict(values))
    scripts = [*([_plotly()] if charts else []), _source(environment, _SCRIPT)]
    data = {"charts": [_plain(chart) for chart in charts], "template": TEMPLATE, "dark": darkened(), "board": board}
    return environment.get_template(template).render(
        **values,
        light=LIGHT,
        dark=DARK,
        policy=Markup(_policy(scripts)),  # noqa: S704 - hashes, no data among them
        page_data=_script_json(data),
        scripts=[Markup(script) for script in scripts],  # noqa: S704 - Plotly's and our own, no data among them
    )


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("layersmith", "report/pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _plain(chart: Chart) -> dict[str, Any]:
    return {"id": chart.identifier, "data": chart.data, "layout": chart.layout}


@functools.cache
def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def _source(environment: jinja2.Environment, name: str) -> str:
    return environment.loader.get_source(environment, name)[0]  # type: ignore[union-attr]


def _policy(scripts: Sequence[str]) -> str:
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


def _script_json(data: Mapping[str, Any]) -> Markup:
    """Return JSON for a `<script>`: nothing in it can end the element or begin another."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - every character that HTML reads is escaped
