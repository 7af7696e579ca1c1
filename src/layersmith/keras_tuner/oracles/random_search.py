"""Random search, as an oracle."""

from typing import Any

from layersmith.keras_tuner.oracles.strategy_oracle import StrategyOracle
from layersmith.space import HyperParameters

__all__ = ["RandomSearchOracle"]


class RandomSearchOracle(StrategyOracle):
    """Draws values at random, none twice; it stops when there are no others.

    Args:
        objective: See `Oracle`.
        max_trials: See `Oracle`.
        seed: Seed of the draws.
        hyperparameters: See `Oracle`.
        allow_new_entries: See `Oracle`.
        tune_new_entries: See `Oracle`.
        max_retries_per_trial: See `Oracle`.
        max_consecutive_failed_trials: See `Oracle`.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Choice("activation", ["relu", "tanh"])
        >>> oracle = RandomSearchOracle("val_loss", seed=1, hyperparameters=hp)
        >>> oracle.verbose = 0
        >>> oracle.create_trial("tuner0").hyperparameters.values["activation"] in ("relu", "tanh")
        True
    """

    def __init__(
        self,
        objective: Any = None,
        max_trials: int | None = 10,
        seed: int | None = None,
        hyperparameters: HyperParameters | None = None,
        allow_new_entries: bool = True,
        tune_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
    ) -> None:
        super().__init__(
            "random",
            objective=objective,
            max_trials=max_trials,
            seed=seed,
            hyperparameters=hyperparameters,
            allow_new_entries=allow_new_entries,
            tune_new_entries=tune_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
