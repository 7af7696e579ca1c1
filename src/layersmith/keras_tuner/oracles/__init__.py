"""Oracles: which values come next."""

from layersmith.keras_tuner.oracles.bayesian_optimization import BayesianOptimizationOracle
from layersmith.keras_tuner.oracles.grid_search import GridSearchOracle
from layersmith.keras_tuner.oracles.hyperband import HyperbandOracle
from layersmith.keras_tuner.oracles.random_search import RandomSearchOracle

__all__ = ["BayesianOptimizationOracle", "GridSearchOracle", "HyperbandOracle", "RandomSearchOracle"]
