"""What a model may cost: limits, and latency, measured.

    Limits           the most that a model may cost
    measure_latency  milliseconds of a prediction

Importing this package does not import Keras.
"""

from layersmith.cost.latency import measure_latency
from layersmith.cost.limits import Limits, parse_limits

__all__ = ["Limits", "measure_latency", "parse_limits"]
