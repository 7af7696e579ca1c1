"""The strategy of a search, with what the user wants tried first."""

from layersmith.space import HyperParameters
from layersmith.strategies import Strategy, create_strategy
from layersmith.study.settings import Settings

__all__ = ["proposals"]


def proposals(settings: Settings, space: HyperParameters, *, higher_is_better: bool) -> Strategy:
    """Return the strategy, the user's own candidates queued.

    Args:
        settings: What was asked for.
        space: The space.
        higher_is_better: The direction of the metric; costs are to be small.

    Raises:
        SpaceError: If a name or a value of an enqueued candidate is not of the space.
        StrategyError: If there are several objectives and the strategy takes one.

    Example:
        >>> from layersmith.study.budget import Budget
        >>> space = HyperParameters()
        >>> _ = space.Int("units", 8, 64)
        >>> settings = Settings(source="arrays", budget=Budget(trials=3), enqueue=({"units": 16},))
        >>> proposals(settings, space, higher_is_better=True).ask(1)[0].origin
        'enqueued'
    """
    directions = [higher_is_better, *[False] * len(settings.costs)]
    strategy = create_strategy(settings.strategy, space, seed=settings.seed, higher_is_better=directions)
    for values in settings.enqueue:
        strategy.enqueue(values, "enqueued")
    return strategy
