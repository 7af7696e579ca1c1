"""What a model costs, counted from its graph: parameters, multiply-accumulates, bytes; and latency, measured.

    cost_of          Graph -> Cost, for one row
    model_cost       Keras model -> Cost, whatever of it can be counted
    node_works       Graph -> the work of each node
    Limits           the most that a model may cost
    measure_latency  milliseconds of a prediction

`table` has a row per layer class, in one file per family (`dense`, `convolution`, `recurrent`, `attention`,
`operations`, `wrappers`); `buffers` walks over the graph for memory. Importing this package does not import Keras.
"""

from layersmith.cost.latency import measure_latency
from layersmith.cost.limits import Limits, parse_limits
from layersmith.cost.total import cost_of, model_cost, node_works
from layersmith.cost.work import Work

__all__ = ["Limits", "Work", "cost_of", "measure_latency", "model_cost", "node_works", "parse_limits"]
