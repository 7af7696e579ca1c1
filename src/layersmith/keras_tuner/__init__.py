"""KerasTuner's API on the project's own engine: programs run with one import changed.

    import layersmith.keras_tuner as keras_tuner

    tuner = keras_tuner.RandomSearch(build_model, objective="val_accuracy", max_trials=10)
    tuner.search(x_train, y_train, epochs=10, validation_data=(x_val, y_val))
    best_model = tuner.get_best_models(num_models=1)[0]

Importing this package imports Keras, on the backend that `layersmith.backend` chooses.
"""

import importlib.metadata

from layersmith import backend

backend.start()  # before anything below imports Keras

from layersmith.keras_tuner import applications, engine, errors, oracles, tuners  # noqa: E402
from layersmith.keras_tuner.engine.hypermodel import HyperModel  # noqa: E402
from layersmith.keras_tuner.engine.objective import Objective  # noqa: E402
from layersmith.keras_tuner.engine.oracle import Oracle  # noqa: E402
from layersmith.keras_tuner.engine.synchronized import synchronized  # noqa: E402
from layersmith.keras_tuner.engine.tuner import Tuner  # noqa: E402
from layersmith.keras_tuner.tuners.bayesian_optimization import BayesianOptimization  # noqa: E402
from layersmith.keras_tuner.tuners.grid_search import GridSearch  # noqa: E402
from layersmith.keras_tuner.tuners.hyperband import Hyperband  # noqa: E402
from layersmith.keras_tuner.tuners.random_search import RandomSearch  # noqa: E402
from layersmith.keras_tuner.tuners.sklearn_tuner import SklearnTuner  # noqa: E402
from layersmith.space import HyperParameters  # noqa: E402

__version__ = importlib.metadata.version("layersmith")

__all__ = [
    "BayesianOptimization",
    "GridSearch",
    "HyperModel",
    "HyperParameters",
    "Hyperband",
    "Objective",
    "Oracle",
    "RandomSearch",
    "SklearnTuner",
    "Tuner",
    "__version__",
    "applications",
    "engine",
    "errors",
    "oracles",
    "synchronized",
    "tuners",
]
