"""Bayesian optimization, as an oracle."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from layersmith.keras_tuner.engine.project import record_of
from layersmith.keras_tuner.engine.trial import Trial, TrialStatus
from layersmith.keras_tuner.oracles.strategy_oracle import StrategyOracle
from layersmith.space import HyperParameters

__all__ = ["BayesianOptimizationOracle"]

_PROCESS = "gp"
_AHEAD = 2  # each result counts: with four ahead, dense nets reached the same score one to three trials later
_ALPHA, _BETA = 1e-4, 2.6  # KerasTuner's defaults


class BayesianOptimizationOracle(StrategyOracle):
    """Proposes what a Gaussian process expects to improve the results most, for what its training takes.

    See `layersmith.strategies`: large networks are tried where they promise more than small ones do in the same time.

    Args:
        objective: See `Oracle`.
        max_trials: See `Oracle`.
        num_initial_points: How many trials of random values are completed first; by default a few that cover the space
            evenly.
        alpha: Has no effect: the process estimates the noise of the results.
        beta: Has no effect: what is proposed has the largest expected improvement, which weighs the unknown by itself.
        seed: Seed of the draws.
        hyperparameters: See `Oracle`.
        allow_new_entries: See `Oracle`.
        tune_new_entries: See `Oracle`.
        max_retries_per_trial: See `Oracle`.
        max_consecutive_failed_trials: See `Oracle`.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Float("rate", 1e-4, 1e-1, sampling="log")
        >>> oracle = BayesianOptimizationOracle("val_loss", seed=1, hyperparameters=hp)
        >>> 1e-4 <= oracle.populate_space("0")["values"]["rate"] <= 1e-1
        True
    """

    ahead = _AHEAD

    def __init__(
        self,
        objective: Any = None,
        max_trials: int | None = 10,
        num_initial_points: int | None = None,
        alpha: float = _ALPHA,
        beta: float = _BETA,
        seed: int | None = None,
        hyperparameters: HyperParameters | None = None,
        allow_new_entries: bool = True,
        tune_new_entries: bool = True,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
    ) -> None:
        super().__init__(
            _PROCESS,
            objective=objective,
            max_trials=max_trials,
            seed=seed,
            hyperparameters=hyperparameters,
            allow_new_entries=allow_new_entries,
            tune_new_entries=tune_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
        if (alpha, beta) != (_ALPHA, _BETA):
            said = "`alpha` and `beta` have no effect: noise is estimated, and expected improvement needs no balance"
            warnings.warn(said, UserWarning, stacklevel=2)
        self.num_initial_points, self.alpha, self.beta = num_initial_points, alpha, beta
        self._initial = self._made("random")

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Return the values of the next trial; see `Oracle.populate_space`."""
        completed = sum(trial.status == TrialStatus.COMPLETED for trial in self.trials.values())
        if completed >= (self.num_initial_points or 0):
            return super().populate_space(trial_id)
        answer = self._asked(self._initial)
        return {**answer, "origin": _PROCESS}  # they are what the process begins with, in place of its own design

    def enqueue(self, values: Mapping[str, Any]) -> None:
        """Try these values before all others; see `StrategyOracle.enqueue`."""
        super().enqueue(values)
        self._initial.enqueue(values, "enqueued")

    def _told(self, trials: Sequence[Trial]) -> None:
        super()._told(trials)
        self._initial.tell([record_of(trial) for trial in trials])

    def get_state(self) -> dict[str, Any]:
        """Return plain JSON-ready data; see `Oracle.get_state`."""
        return {**super().get_state(), "num_initial_points": self.num_initial_points}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Take over what `get_state` gave; see `Oracle.set_state`."""
        self.num_initial_points = state["num_initial_points"]
        self.seed = state["seed"]
        self._initial = self._made("random")
        super().set_state(state)
