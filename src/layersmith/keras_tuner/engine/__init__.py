"""What tuners and oracles are made of, under KerasTuner's module names.

base_tuner, tuner     the search, and the tuner of Keras models
oracle, trial         which values come next, and what became of them
hypermodel            a space of models
trial_run             one run of a trial: best weights, curves, where to go on
project               what is kept: study.db
"""

from layersmith.keras_tuner.engine import (
    base_tuner,
    hypermodel,
    hyperparameters,
    metrics_tracking,
    objective,
    oracle,
    trial,
    tuner,
)

__all__ = [
    "base_tuner",
    "hypermodel",
    "hyperparameters",
    "metrics_tracking",
    "objective",
    "oracle",
    "trial",
    "tuner",
]
