"""What every page has, whatever it says."""

import json

from layersmith.report.charts import chart_of
from layersmith.report.figures import importance_bars
from layersmith.report.frame import render_page

EMPTY = ("bars", "verdicts", "tables", "drawings", "commands")
VALUES = {"names": ["a", "b"], "rows": "", "label": "", **{name: [] for name in EMPTY}}
CHARTED = {**VALUES, "more": chart_of("x", importance_bars({"a": 1.0}, num_trials=20))}
HOSTILE = "</script><script>alert(1)</script><!-- <script> \u2028 & \" '"


def test_data_cannot_leave_their_script(read_page):
    html = render_page("compare.html.j2", VALUES, board={"rows": [[HOSTILE]]})
    assert "<script>alert" not in html
    reader = read_page(html)
    assert reader.faults == []
    assert reader.data["board"] == {"rows": [[HOSTILE]]}


def test_plotly_is_there_only_where_something_is_charted(read_page):
    plain = render_page("compare.html.j2", VALUES)
    assert len(plain) < 50_000
    charted = render_page(
        "compare.html.j2", {**VALUES, "more": chart_of("x", importance_bars({"a": 1.0}, num_trials=20))}
    )
    assert len(read_page(charted).scripts) == len(read_page(plain).scripts) + 1
    assert "plotly.js" in charted


def test_every_light_colour_of_a_chart_has_a_dark_one(read_page):
    charted = render_page(
        "compare.html.j2", {**VALUES, "more": chart_of("x", importance_bars({"a": 1.0}, num_trials=20))}
    )
    data = read_page(charted).data
    colours = {text for text in json.dumps([data["template"], data["charts"]]).split('"') if text.startswith("#")}
    assert colours
    assert colours <= set(data["dark"])
