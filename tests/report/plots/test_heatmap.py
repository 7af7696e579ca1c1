import io
import math
from xml.etree import ElementTree

import pytest

from layersmith.report.plots import heatmap
from layersmith.study.interaction import Interaction

CELLS = Interaction(
    names=("units", "<b>$x$</b>"),
    columns=("32", "64"),
    rows=("<script>alert(1)</script>", "tanh"),
    scores=((0.5, 0.8), (0.7, math.nan)),
    counts=((1, 2), (3, 0)),
)


def test_cells_have_score_and_number_and_empty_ones_nothing() -> None:
    panel = heatmap(CELLS, "accuracy").axes[0]
    assert [text.get_text() for text in panel.texts] == ["50.0 %\nn = 1", "80.0 %\nn = 2", "70.0 %\nn = 3"]
    assert [text.get_text() for text in panel.get_xticklabels()] == ["32", "64"]


@pytest.mark.parametrize(("metric", "best"), [("accuracy", 0.8), ("rmse", 0.5)])
def test_the_best_cell_is_the_darkest(metric, best) -> None:
    [image] = heatmap(CELLS, metric).axes[0].images
    darkness = {score: -sum(image.to_rgba(score)[:3]) for score in (0.5, 0.7, 0.8)}
    assert max(darkness, key=darkness.__getitem__) == best


def test_names_are_text() -> None:
    buffer = io.StringIO()
    heatmap(CELLS, "accuracy").savefig(buffer, format="svg")
    ElementTree.fromstring(buffer.getvalue())
    assert "<script" not in buffer.getvalue()
