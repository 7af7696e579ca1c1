"""Plots by matplotlib, for papers and for notebooks without a browser: curves, a heatmap, feature maps.

Figures are made without pyplot, so nothing of the caller's plotting state changes; `figure.savefig(path)` writes one.
"""

from layersmith.report.plots.curves import training_curves, trial_curves
from layersmith.report.plots.feature_maps import feature_maps
from layersmith.report.plots.heatmap import heatmap

__all__ = ["feature_maps", "heatmap", "training_curves", "trial_curves"]
