"""Grid search, as an oracle."""

from typing import Any

from layersmith.keras_tuner.oracles.strategy_oracle import StrategyOracle
from layersmith.space import HyperParameters

__all__ = ["GridSearchOracle"]


class GridSearchOracle(StrategyOracle):
    """Lists every combination of values once, defaults first; see `layersmith.strategies.grid`.

    Args:
        objective: See `Oracle`.
        max_trials: See `Oracle`; the whole grid unless given.
        seed: Seed of training; it has no part in the grid.
        hyperparameters: See `Oracle`.
        allow_new_entries: See `Oracle`.
        tune_new_entries: See `Oracle`.
        max_retries_per_trial: See `Oracle`.
        max_consecutive_failed_trials: See `Oracle`.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Choice("units", [8, 16]), hp.Boolean("bias", default=True)
        >>> oracle = GridSearchOracle("val_loss", hyperparameters=hp)
        >>> [oracle.populate_space("0")["values"] for _ in range(2)]
        [{'units': 8, 'bias': True}, {'units': 8, 'bias': False}]
    """

    def __init__(
        self,
        objective: Any = None,
        max_trials: int | None = None,
        seed: int | None = None,
        hyperparameters: HyperParameters | None = None,
        allow_new_entries: bool = True,
        tune_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
    ) -> None:
        super().__init__(
            "grid",
            objective=objective,
            max_trials=max_trials,
            seed=seed,
            hyperparameters=hyperparameters,
            allow_new_entries=allow_new_entries,
            tune_new_entries=tune_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
