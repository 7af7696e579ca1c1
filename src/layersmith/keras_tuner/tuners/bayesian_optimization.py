"""Bayesian optimization, as a tuner."""

from typing import Any

from layersmith.keras_tuner.engine.tuner import Tuner
from layersmith.keras_tuner.oracles.bayesian_optimization import BayesianOptimizationOracle
from layersmith.space import HyperParameters

__all__ = ["BayesianOptimization"]


class BayesianOptimization(Tuner):
    """Trains models of the values that a Gaussian process expects to be better.

    Args:
        hypermodel: See `Tuner`.
        objective: See `Oracle`.
        max_trials: See `Oracle`.
        num_initial_points: See `BayesianOptimizationOracle`.
        alpha: Has no effect; see `BayesianOptimizationOracle`.
        beta: Likewise.
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
        max_trials: int | None = 10,
        num_initial_points: int | None = None,
        alpha: float = 1e-4,
        beta: float = 2.6,
        seed: int | None = None,
        hyperparameters: HyperParameters | None = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
        **kwargs: Any,
    ) -> None:
        oracle = BayesianOptimizationOracle(
            objective=objective,
            max_trials=max_trials,
            num_initial_points=num_initial_points,
            alpha=alpha,
            beta=beta,
            seed=seed,
            hyperparameters=hyperparameters,
            tune_new_entries=tune_new_entries,
            allow_new_entries=allow_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
        super().__init__(oracle, hypermodel, **kwargs)
