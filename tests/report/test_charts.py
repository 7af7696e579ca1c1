from layersmith.report.charts import chart_of, charts_in
from layersmith.report.figures import importance_bars

BARS = importance_bars({"<b>units</b>": 1.0}, num_trials=40)


def test_a_chart_leaves_out_what_all_share_and_gives_its_title_as_text():
    chart = chart_of("a", BARS)
    assert set(chart.layout) & {"template", "title", "height"} == set()
    assert chart.caption == "What decided who came to the top (n = 40 trials)"
    assert chart.data[0]["customdata"] == ["&lt;b&gt;units&lt;/b&gt;"]


def test_charts_are_found_wherever_they_are():
    charts = [chart_of(name, BARS) for name in "abc"]
    found = charts_in({"one": charts[0], "more": {"list": charts[1:], "none": None}, "text": "x"})
    assert [chart.identifier for chart in found] == ["a", "b", "c"]
