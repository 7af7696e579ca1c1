"""Grid search, as a tuner."""

from typing import Any

from layersmith.keras_tuner.engine.tuner import Tuner
from layersmith.keras_tuner.oracles.grid_search import GridSearchOracle
from layersmith.space import HyperParameters

__all__ = ["GridSearch"]


class GridSearch(Tuner):
    """Trains a model of every combination of values, each once, defaults first.

    Args:
        hypermodel: See `Tuner`.
        objective: See `Oracle`.
        max_trials: See `Oracle`; the whole grid unless given.
        seed: Seed of draws, initial weights and shuffles.
        hyperparameters: See `Oracle`.
        tune_new_entries: See `Oracle`.
        allow_new_entries: See `Oracle`.
        max_retries_per_trial: See `Oracle`.
        max_consecutive_failed_trials: See `Oracle`.
        **kwargs: The arguments of `Tuner`.
    """

    def __init__(
        self,
        hypermodel: Any = None,
        objective: Any = None,
        max_trials: int | None = None,
        seed: int | None = None,
        hyperparameters: HyperParameters | None = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
        **kwargs: Any,
    ) -> None:
        self.seed = seed
        oracle = GridSearchOracle(
            objective=objective,
            max_trials=max_trials,
            seed=seed,
            hyperparameters=hyperparameters,
            tune_new_entries=tune_new_entries,
            allow_new_entries=allow_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
        super().__init__(oracle, hypermodel, **kwargs)
