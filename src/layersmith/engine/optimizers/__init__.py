"""Optimizers: pure rules that follow Keras update by update.

A rule (one file each) is the step of one variable; `Optimizer` wraps it as Keras does: `clip`, `decay`, the rule,
`ema`. Structure (which rule, Nesterov, AMSGrad, which clipping, ...) is in the hashable `Optimizer`; numbers
(learning rate, betas, limits) are given when the program runs. `transfer` moves the state to and from a Keras
optimizer.
"""

from layersmith.engine.optimizers.decay import excluded_from_decay
from layersmith.engine.optimizers.hyperparameters import changed, to_runtime
from layersmith.engine.optimizers.optimizer import Optimizer, Params, State
from layersmith.engine.optimizers.resolve import RULES, resolve_optimizer
from layersmith.engine.optimizers.rule import Hyper, Rule
from layersmith.engine.optimizers.transfer import export_state, import_state

__all__ = [
    "RULES",
    "Hyper",
    "Optimizer",
    "Params",
    "Rule",
    "State",
    "changed",
    "excluded_from_decay",
    "export_state",
    "import_state",
    "resolve_optimizer",
    "to_runtime",
]
