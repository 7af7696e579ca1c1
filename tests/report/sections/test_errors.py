"""Where a winner errs, for each task: real data and preprocessing, made-up predictions."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from layersmith.data import ReadOptions, encode, read
from layersmith.report.page import render_report
from layersmith.report.sections.errors import errors_section
from layersmith.study.holdout_rows import keep_holdout, write_holdout

ROWS = 40
RNG = np.random.default_rng(0)
AMOUNTS = RNG.normal(size=(100, 3))
EVIL = "<script>alert(1)</script>"


def table(**columns):
    return pd.DataFrame({"a": AMOUNTS[:, 0], EVIL: [EVIL, "x"] * 50, **columns})


SOURCES = {
    "binary": (table(label=[EVIL, "yes"] * 50), None, {"target": "label"}),
    "multiclass": (RNG.integers(0, 255, (100, 6, 6, 1)).astype(np.uint8), np.arange(100) % 3, {}),
    "colour": (RNG.random((100, 6, 6, 3)), np.arange(100) % 3, {}),
    "multilabel": (AMOUNTS, RNG.integers(0, 2, (100, 4)), {}),
    "regression": (RNG.normal(size=(100, 30, 2)), AMOUNTS[:, 0], {}),
    "multiregression": (AMOUNTS, AMOUNTS[:, :2], {}),
    "forecast": (
        pd.DataFrame({EVIL: 5 + np.sin(np.arange(200.0))}),
        None,
        {"forecast": EVIL, "horizon": 3, "lookback": 9},
    ),
}


@pytest.fixture(params=SOURCES)
def run(request, make_outcome):
    source, y, options = SOURCES[request.param]
    problem = read(source, y, options=ReadOptions(**options))
    dataset = encode(problem, np.arange(ROWS, problem.num_rows))
    given = RNG.random((ROWS, dataset.spec.num_outputs))
    outcome = make_outcome()
    outcome.folder.preprocess.write_text(dataset.preprocess.to_json())
    write_holdout(outcome.folder.test, keep_holdout(given, dataset, problem, np.arange(ROWS), seed=0))
    return request.param, outcome


CHARTS = {
    "binary": ["confusion", "calibration"],
    "multiclass": ["confusion", "calibration"],
    "colour": ["confusion", "calibration"],
    "multilabel": ["labels", "calibration"],
    "regression": ["amounts-0", "residuals"],
    "multiregression": ["amounts-0", "amounts-1"],
    "forecast": ["forecast", "steps"],
}


def test_each_task_has_its_charts_and_worst_rows(run):
    name, outcome = run
    found = errors_section(outcome)
    assert [chart.identifier for chart in found["charts"]] == CHARTS[name]
    assert not found["sampled"]
    assert len(found["examples"]) >= 6
    for example in found["examples"]:
        assert example.truth
        assert example.predicted
        shown = {"table": example.cells, "image": example.image, "series": example.lines, "forecast": example.lines}
        assert shown[found["kind"]]


def test_names_and_cells_are_text_on_the_page(run):
    _, outcome = run
    html = render_report(outcome)
    assert EVIL not in html
    assert "The worst test rows" in html


def test_of_many_rows_the_number_shown_is_told(run):
    _, outcome = run
    write_holdout(outcome.folder.test, replace(outcome.holdout, num_rows=5000))
    found = errors_section(replace(outcome))
    assert (found["sampled"], found["kept"], found["all"]) == (True, "40", "5,000")
