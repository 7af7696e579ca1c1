"""Metrics of the compiled engine, equal to Keras' on the JAX backend.

`resolve_metric` reads what `compile` was given; a `Metric` is an empty state, an update and a result, all pure.
One file per family: mean, accuracy, precision, area, f_score, r_squared; `recipes` is the table that names them.
"""

from layersmith.engine.metrics.metric import Metric, State
from layersmith.engine.metrics.resolve import resolve_metric

__all__ = ["Metric", "State", "resolve_metric"]
