"""Tuners: an oracle and the training of models together."""

from layersmith.keras_tuner.engine.tuner import Tuner
from layersmith.keras_tuner.tuners.bayesian_optimization import BayesianOptimization
from layersmith.keras_tuner.tuners.grid_search import GridSearch
from layersmith.keras_tuner.tuners.hyperband import Hyperband
from layersmith.keras_tuner.tuners.random_search import RandomSearch
from layersmith.keras_tuner.tuners.sklearn_tuner import SklearnTuner

__all__ = ["BayesianOptimization", "GridSearch", "Hyperband", "RandomSearch", "SklearnTuner", "Tuner"]
