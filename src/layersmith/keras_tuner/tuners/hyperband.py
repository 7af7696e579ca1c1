"""Hyperband, as a tuner."""

from collections.abc import Mapping
from typing import Any

from layersmith.keras_tuner.engine.trial import Trial
from layersmith.keras_tuner.engine.tuner import Tuner
from layersmith.keras_tuner.oracles.hyperband import HyperbandOracle
from layersmith.space import HyperParameters

__all__ = ["Hyperband"]


class Hyperband(Tuner):
    """Trains many models for few epochs, and the best of them for more (Li et al. 2018, arXiv 1603.06560).

    A model that goes on keeps its weights and the state of its optimizer.

    Args:
        hypermodel: See `Tuner`.
        objective: See `Oracle`.
        max_epochs: See `HyperbandOracle`.
        factor: See `HyperbandOracle`.
        hyperband_iterations: See `HyperbandOracle`.
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
        max_epochs: int = 100,
        factor: int = 3,
        hyperband_iterations: float | None = 1,
        seed: int | None = None,
        hyperparameters: HyperParameters | None = None,
        tune_new_entries: bool = True,
        allow_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
        **kwargs: Any,
    ) -> None:
        oracle = HyperbandOracle(
            objective=objective,
            max_epochs=max_epochs,
            factor=factor,
            hyperband_iterations=hyperband_iterations,
            seed=seed,
            hyperparameters=hyperparameters,
            tune_new_entries=tune_new_entries,
            allow_new_entries=allow_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
        super().__init__(oracle, hypermodel, **kwargs)

    def _of_trial(self, trial: Trial, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of `fit` with the epochs of the trial's round."""
        values = trial.hyperparameters.values
        if "tuner/epochs" not in values:
            return dict(kwargs)
        return {**kwargs, "epochs": values["tuner/epochs"], "initial_epoch": values["tuner/initial_epoch"]}

    def _go_on(self, model: Any, hp: HyperParameters) -> None:
        if "tuner/trial_id" in hp.values:
            self._load_weights(model, str(hp.values["tuner/trial_id"]))
