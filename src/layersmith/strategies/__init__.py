"""Which candidates come next: ask and tell, one strategy per file.

random            independent draws
optuna_sampling   TPE, the default
ledger            what all share: numbers, the queue, no candidate twice
"""

from collections.abc import Callable

from layersmith.errors import lookup
from layersmith.space import HyperParameters
from layersmith.strategies.optuna_sampling import TPEStrategy
from layersmith.strategies.protocol import Strategy
from layersmith.strategies.random import RandomStrategy

__all__ = ["STRATEGIES", "RandomStrategy", "Strategy", "TPEStrategy", "create_strategy"]


def _random(space: HyperParameters, seed: int, higher_is_better: bool) -> Strategy:
    del higher_is_better  # results play no part
    return RandomStrategy(space, seed)


STRATEGIES: dict[str, Callable[[HyperParameters, int, bool], Strategy]] = {"random": _random, "tpe": TPEStrategy}


def create_strategy(name: str, space: HyperParameters, *, seed: int, higher_is_better: bool) -> Strategy:
    """Return the strategy of that name.

    Args:
        name: `tpe` or `random`.
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
