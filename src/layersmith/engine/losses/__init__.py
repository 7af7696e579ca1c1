"""Losses of the compiled engine, equal to Keras' on the JAX backend.

`resolve_loss` reads what `compile` was given, `reduce` gives a batch's loss. One file per family of formulas:
crossentropy, focal, regression, hinge, divergence; `formulas` is the table that names them.
"""

from layersmith.engine.losses.formulas import FORMULAS
from layersmith.engine.losses.loss import Loss
from layersmith.engine.losses.reduction import reduce
from layersmith.engine.losses.resolve import resolve_loss

__all__ = ["FORMULAS", "Loss", "reduce", "resolve_loss"]
