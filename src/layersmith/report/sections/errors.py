"""Where the winner errs on the test rows: what it confuses, how far it is off, how sure it is, and its worst rows."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.data import Kind, Task
from layersmith.data.decode import OutputMap
from layersmith.report import figures
from layersmith.report.charts import Chart, chart_of
from layersmith.report.examples import Example, worst_examples
from layersmith.study.holdout_rows import HoldoutRows
from layersmith.study.outcome import Outcome

__all__ = ["errors_section"]

_MOST_TARGETS = 4


def errors_section(outcome: Outcome) -> dict[str, Any] | None:
    """Return the charts of the test rows and the worst of them; None for a run that kept no test rows.

    Args:
        outcome: A finished run.
    """
    rows = outcome.holdout
    if rows is None:
        return None
    preprocess = outcome.preprocess
    found: list[Example] = worst_examples(rows, preprocess)
    charts = _forecast if preprocess.spec.kind is Kind.FORECAST else _CHARTS[preprocess.spec.task]
    return {
        "charts": charts(rows, preprocess.outputs),
        "examples": found,
        "columns": rows.columns,
        "kind": str(preprocess.spec.kind),
        "sampled": len(rows.rows) < rows.num_rows,
        "kept": f"{len(rows.rows):,}",
        "all": f"{rows.num_rows:,}",
    }


def _binary(rows: HoldoutRows, outputs: OutputMap) -> list[Chart]:
    likely = rows.predictions[:, 0]
    truth = rows.truth.astype(int).ravel()
    return [
        _confusion(truth, (likely >= 0.5).astype(int), outputs),
        _reliability(likely, truth == 1, of=outputs.classes[1]),
    ]


def _multiclass(rows: HoldoutRows, outputs: OutputMap) -> list[Chart]:
    truth, chosen = rows.truth.astype(int).ravel(), rows.predictions.argmax(axis=1)
    return [
        _confusion(truth, chosen, outputs),
        _reliability(rows.predictions.max(axis=1), truth == chosen, of="the class it chose"),
    ]


def _multilabel(rows: HoldoutRows, outputs: OutputMap) -> list[Chart]:
    return [
        chart_of("labels", figures.label_errors(rows.truth, rows.predictions, outputs.classes)),
        _reliability(rows.predictions.ravel(), rows.truth.ravel() > 0.5, of="a label"),
    ]


def _amounts(rows: HoldoutRows, outputs: OutputMap) -> list[Chart]:
    truth = rows.truth.reshape(len(rows.truth), -1)
    names = (outputs.classes or outputs.names)[:_MOST_TARGETS]
    charts = [
        chart_of(
            f"amounts-{place}",
            figures.predicted_against_true(truth[:, place], rows.predictions[:, place], target=name),
        )
        for place, name in enumerate(names)
    ]
    if len(names) == 1:
        charts.append(chart_of("residuals", figures.residuals(truth[:, 0], rows.predictions[:, 0], target=names[0])))
    return charts


def _forecast(rows: HoldoutRows, outputs: OutputMap) -> list[Chart]:
    target = outputs.names[0]
    lines = figures.forecast_lines(rows.rows, rows.truth, rows.predictions, target=target, dates=rows.dates)
    charts = [chart_of("forecast", lines)]
    if rows.truth.shape[1] > 1:
        charts.append(chart_of("steps", figures.error_by_step(rows.truth, rows.predictions, target=target)))
    return charts


def _confusion(truth: NDArray[Any], chosen: NDArray[Any], outputs: OutputMap) -> Chart:
    return chart_of("confusion", figures.confusion_matrix(truth, chosen, outputs.classes))


def _reliability(likely: NDArray[Any], came_true: NDArray[np.bool_], *, of: str) -> Chart:
    return chart_of("calibration", figures.reliability_curve(likely, came_true, of=of))


_CHARTS: dict[Task, Callable[[HoldoutRows, OutputMap], list[Chart]]] = {
    Task.BINARY: _binary,
    Task.MULTICLASS: _multiclass,
    Task.MULTILABEL: _multilabel,
    Task.REGRESSION: _amounts,
    Task.MULTIREGRESSION: _amounts,
}
