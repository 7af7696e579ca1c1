"""What a model is trained for and measured by: the losses and metrics of all its outputs.

    outputs    the outputs as Keras counts and names them, and what is given per output brought into their order
    terms      `loss` and `loss_weights` of `compile` -> the terms of the sum that training descends
    measures   `metrics` and `weighted_metrics` -> the metrics of each output
    objective  both as pure functions of targets, outputs and weights

`losses` and `metrics` hold the formulas of one output; here they are put together as Keras does it.
"""

from layersmith.engine.objective.objective import Batch, Objective, Sums, read_objective
from layersmith.engine.objective.outputs import Outputs, outputs_of

__all__ = ["Batch", "Objective", "Outputs", "Sums", "outputs_of", "read_objective"]
