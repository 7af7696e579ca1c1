"""Which candidates come next: ask and tell, one strategy per file.

random            independent draws
sobol             draws that cover the space evenly
grid              every candidate, in order
gp                a Gaussian process over discrete, conditional spaces
optuna_sampling   TPE
cma_es            CMA-ES for mixed spaces
nsga2             several objectives
ask_tell, ledger  what all share: numbers, the queue, no candidate twice
lattice, moves    a space as a table of levels
losses, pareto    what a trial is worth
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from layersmith.errors import StrategyError, lookup
from layersmith.space import HyperParameters
from layersmith.strategies.cma_es import CMAESStrategy
from layersmith.strategies.gp import GPStrategy
from layersmith.strategies.grid import GridStrategy
from layersmith.strategies.nsga2 import NSGA2Strategy
from layersmith.strategies.optuna_sampling import TPEStrategy
from layersmith.strategies.protocol import Strategy
from layersmith.strategies.random import RandomStrategy
from layersmith.strategies.sobol import SobolStrategy

__all__ = [
    "STRATEGIES",
    "CMAESStrategy",
    "GPStrategy",
    "GridStrategy",
    "NSGA2Strategy",
    "RandomStrategy",
    "SobolStrategy",
    "Strategy",
    "TPEStrategy",
    "create_strategy",
]

_Make: TypeAlias = Callable[[HyperParameters, int, bool], Strategy]

_SEVERAL = {"nsga2": NSGA2Strategy}  # these take several objectives

STRATEGIES: dict[str, _Make] = {
    "cmaes": CMAESStrategy,
    "gp": GPStrategy,
    # Where results or the seed play no part, they are not passed on.
    "grid": lambda space, seed, higher_is_better: GridStrategy(space),
    "random": lambda space, seed, higher_is_better: RandomStrategy(space, seed),
    "sobol": lambda space, seed, higher_is_better: SobolStrategy(space, seed),
    "tpe": TPEStrategy,
    **_SEVERAL,
}


def create_strategy(
    name: str, space: HyperParameters, *, seed: int, higher_is_better: bool | Sequence[bool]
) -> Strategy:
    """Return the strategy of that name.

    Args:
        name: `gp`, `tpe`, `cmaes`, `nsga2`, `random`, `sobol` or `grid`.
        space: The space; it may grow during the search.
        seed: Seed of the draws, 0 or above.
        higher_is_better: The direction of the trials' scores, or those of their `objectives`.

    Raises:
        StrategyError: If there are several objectives, and the strategy takes one.
        UnknownNameError: If there is no such strategy.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Boolean("bias")
        >>> len(create_strategy("random", hp, seed=0, higher_is_better=True).ask(10))
        2
    """
    make = lookup(STRATEGIES, name, "strategy")
    if isinstance(higher_is_better, bool):
        return make(space, seed, higher_is_better)
    if name in _SEVERAL:
        return _SEVERAL[name](space, seed, higher_is_better)
    if len(higher_is_better) == 1:
        return make(space, seed, higher_is_better[0])
    raise StrategyError(
        f"strategy {name!r} with {len(higher_is_better)} objectives",
        expected="one objective",
        fix=f"use one of: {', '.join(_SEVERAL)}",
    )
