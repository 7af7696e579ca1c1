"""A forecast beside what came: predictions made at the end of each stretch for the next one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layersmith.records import Indices
from layersmith.report.figures.canvas import blank
from layersmith.report.figures.palette import LIGHT
from layersmith.report.figures.text import label_of, rounded

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["error_by_step", "forecast_lines"]

_MOST_STEPS = 1000


def forecast_lines(
    starts: Indices, truth: NDArray[Any], predictions: NDArray[Any], *, target: str, dates: Sequence[str] = ()
) -> "Figure":
    """Return the test's steps with the forecasts of windows that do not overlap.

    Args:
        starts: Step of each window's first target `(windows,)`, in order.
        truth: What came `(windows, horizon)`.
        predictions: What was predicted `(windows, horizon)`.
        target: What is forecast.
        dates: Dates of the steps from the first on, or none.
    """
    horizon = truth.shape[1]
    windows = _apart(starts, horizon)[-max(1, _MOST_STEPS // horizon) :]
    title = f"Forecast and truth (n = {len(windows)} forecasts of {horizon} steps)"
    figure = blank(title, x="" if dates else "step", y=target, height=340)
    steps = [_steps(int(starts[window]), int(starts.min()), horizon, dates) for window in windows]
    figure.add_scatter(
        x=[step for part in steps for step in part],
        y=rounded(truth[windows].ravel()),
        mode="lines",
        line={"color": LIGHT["ink"], "width": 1.6},
        name="truth",
        hovertemplate="%{x}: %{y}<extra>truth</extra>",
    )
    for place, (window, part) in enumerate(zip(windows, steps, strict=True)):
        figure.add_scatter(
            x=part,
            y=rounded(predictions[window]),
            mode="lines+markers" if horizon == 1 else "lines",
            line={"color": LIGHT["accent"], "width": 2.2},
            name="forecast",
            legendgroup="forecast",
            showlegend=place == 0,
            hovertemplate="%{x}: %{y}<extra>forecast</extra>",
        )
    return figure


def error_by_step(truth: NDArray[Any], predictions: NDArray[Any], *, target: str) -> "Figure":
    """Return the mean absolute error of each step ahead, with the spread of its standard error.

    Args:
        truth: What came `(windows, horizon)`.
        predictions: What was predicted `(windows, horizon)`.
        target: What is forecast.

    Example:
        >>> list(error_by_step(np.zeros((2, 2)), np.array([[1.0, 2.0], [1.0, 4.0]]), target="load").data[0].y)
        [1.0, 3.0]
    """
    errors = np.abs(np.asarray(predictions, np.float64) - truth)
    spread = errors.std(axis=0, ddof=1) / np.sqrt(len(errors)) if len(errors) > 1 else np.zeros(errors.shape[1])
    title = f"Error of {target} by step ahead (n = {len(errors):,} forecasts, ± 1.96 standard errors)"
    figure = blank(title, x="steps ahead", y="mean absolute error", height=280)
    figure.add_scatter(
        x=list(range(1, errors.shape[1] + 1)),
        y=rounded(errors.mean(axis=0)),
        mode="lines+markers",
        line={"color": LIGHT["accent"], "width": 1.5},
        error_y={"array": rounded(1.96 * spread), "color": LIGHT["accent"], "thickness": 1.2, "width": 3},
        hovertemplate="%{x} ahead: %{y}<extra></extra>",
    )
    figure.update_yaxes(rangemode="tozero")
    return figure


def _apart(starts: Indices, horizon: int) -> list[int]:
    """Return windows that do not overlap, counted back from the last."""
    chosen: list[int] = []
    for window in range(len(starts) - 1, -1, -1):
        if not chosen or starts[window] + horizon <= starts[chosen[-1]]:
            chosen.append(window)
    return chosen[::-1]


def _steps(start: int, first: int, horizon: int, dates: Sequence[str]) -> list[Any]:
    if dates:
        return [label_of(date) for date in dates[start - first : start - first + horizon]]
    return list(range(start, start + horizon))
