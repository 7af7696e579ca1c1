"""Which candidates come next: ask and tell, one strategy per file.

random            independent draws
grid              every candidate, in order
sobol             draws that cover the space evenly
optuna_sampling   TPE, the default
ask_tell, ledger  what all share: numbers, the queue, no candidate twice
"""

from collections.abc import Callable

from layersmith.errors import lookup
from layersmith.space import HyperParameters
from layersmith.strategies.grid import GridStrategy
from layersmith.strategies.optuna_sampling import TPEStrategy
from layersmith.strategies.protocol import Strategy
from layersmith.strategies.random import RandomStrategy
from layersmith.strategies.sobol import SobolStrategy

__all__ = [
    "STRATEGIES",
    "GridStrategy",
    "RandomStrategy",
    "SobolStrategy",
    "Strategy",
    "TPEStrategy",
    "create_strategy",
]

STRATEGIES: dict[str, Callable[[HyperParameters, int, bool], Strategy]] = {
    # Where results or the seed play no part, they are not passed on.
    "grid": lambda space, seed, higher_is_better: GridStrategy(space),
    "random": lambda space, seed, higher_is_better: RandomStrategy(space, seed),
    "sobol": lambda space, seed, higher_is_better: SobolStrategy(space, seed),
    "tpe": TPEStrategy,
}


def create_strategy(name: str, space: HyperParameters, *, seed: int, higher_is_better: bool) -> Strategy:
    """Return the strategy of that name.

    Args:
        name: `tpe`, `random`, `sobol` or `grid`.
        space: The space; it may grow during the search.
        seed: Seed of the draws, 0 or above.
        higher_is_better: The direction of the trials' scores.

    Raises:
        UnknownNameError: If there is no such strategy.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Boolean("bias")
        >>> len(create_strategy("random", hp, seed=0, higher_is_better=True).ask(10))
        2
    """
    return lookup(STRATEGIES, name, "strategy")(space, seed, higher_is_better)
