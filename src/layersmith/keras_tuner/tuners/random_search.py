"""Random search, as a tuner."""

from typing import Any

from layersmith.keras_tuner.engine.tuner import Tuner
from layersmith.keras_tuner.oracles.random_search import RandomSearchOracle
from layersmith.space import HyperParameters

__all__ = ["RandomSearch"]


class RandomSearch(Tuner):
    """Trains models of values drawn at random, none twice.

    Args:
        hypermodel: See `Tuner`.
        objective: See `Oracle`.
        max_trials: See `Oracle`.
        seed: Seed of draws, initial weights and shuffles.
        hyperparameters: See `Oracle`.
        tune_new_entries: See `Oracle`.
        allow_new_entries: See `Oracle`.
        max_retries_per_trial: See `Oracle`.
        max_consecutive_failed_trials: See `Oracle`.
        **kwargs: The arguments of `Tuner`.

    Example:
        >>> import keras, numpy as np
        >>> def build(hp):
        ...     units = hp.Int("units", 4, 8, step=4)
        ...     model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units), keras.layers.Dense(1)])
        ...     model.compile("adam", "mse")
        ...     return model
        >>> folder = getfixture("tmp_path")
        >>> tuner = RandomSearch(build, "val_loss", max_trials=2, seed=1, directory=folder, project_name="it")
        >>> x, y = np.ones((20, 3)), np.ones(20)
        >>> tuner.search(x, y, epochs=2, validation_split=0.2, verbose=0)
        >>> len(tuner.get_best_models(2))
        2
    """

    def __init__(
        self,
        hypermodel: Any = None,
        objective: Any = None,
        max_trials: int | None = 10,
        seed: int | None = None,
        hyperparameters: HyperParameters | None = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
        **kwargs: Any,
    ) -> None:
        self.seed = seed
        oracle = RandomSearchOracle(
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
