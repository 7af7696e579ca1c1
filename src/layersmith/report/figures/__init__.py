"""The report's figures: each a function of records or arrays that returns a `plotly.graph_objects.Figure`.

    learning_curves, score_against_cost, best_so_far            how it trained, and the search
    importance_bars, marginal_curve, interaction_map            what mattered
    confusion_matrix, label_errors, reliability_curve           classes on the test rows
    predicted_against_true, residuals                           amounts
    forecast_lines, error_by_step                               forecasts

Each says how many rows or trials stand behind it. `LIGHT` and `DARK` hold the colours; figures come in the light ones.
"""

from layersmith.report.figures.best_so_far import best_so_far
from layersmith.report.figures.confusion_matrix import confusion_matrix
from layersmith.report.figures.forecast_lines import error_by_step, forecast_lines
from layersmith.report.figures.importance_bars import importance_bars
from layersmith.report.figures.interaction_map import interaction_map
from layersmith.report.figures.label_errors import label_errors
from layersmith.report.figures.learning_curves import learning_curves
from layersmith.report.figures.marginal_curve import marginal_curve
from layersmith.report.figures.palette import DARK, LIGHT
from layersmith.report.figures.predicted_against_true import predicted_against_true
from layersmith.report.figures.reliability_curve import reliability_curve
from layersmith.report.figures.residuals import residuals
from layersmith.report.figures.score_against_cost import score_against_cost

__all__ = [
    "DARK",
    "LIGHT",
    "best_so_far",
    "confusion_matrix",
    "error_by_step",
    "forecast_lines",
    "importance_bars",
    "interaction_map",
    "label_errors",
    "learning_curves",
    "marginal_curve",
    "predicted_against_true",
    "reliability_curve",
    "residuals",
    "score_against_cost",
]
