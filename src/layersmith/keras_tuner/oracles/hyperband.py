"""Hyperband, as an oracle: random values trained briefly, the best of them longer, by the project's own scheduler."""

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from layersmith.keras_tuner.engine.trial_status import TrialStatus
from layersmith.keras_tuner.errors import FatalValueError
from layersmith.keras_tuner.oracles.open_bracket import OpenBracket
from layersmith.keras_tuner.oracles.strategy_oracle import StrategyOracle
from layersmith.schedulers import HigherIsBetter, Hyperband, Scheduler, keras_tuner_brackets
from layersmith.space import HyperParameters

__all__ = ["HyperbandOracle"]


class HyperbandOracle(StrategyOracle):
    """Trains many sets of values for few epochs, and the best of them for more, in brackets of several trades.

    A trial has values beside its own, which `run_trial` of a tuner heeds: `tuner/epochs`, the epoch to train to,
    `tuner/initial_epoch`, the one to go on from, `tuner/trial_id`, the trial whose weights it goes on with (if any),
    `tuner/bracket` and `tuner/round`.

    Args:
        objective: See `Oracle`.
        max_epochs: Epochs of a whole training.
        factor: What sets of values are divided and epochs multiplied by from round to round.
        hyperband_iterations: How often all brackets are gone through; 0 or None for no end.
        seed: Seed of the draws.
        hyperparameters: See `Oracle`.
        allow_new_entries: See `Oracle`.
        tune_new_entries: See `Oracle`.
        max_retries_per_trial: See `Oracle`.
        max_consecutive_failed_trials: See `Oracle`.

    Raises:
        FatalValueError: If the factor is below 2.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Float("rate", 1e-4, 1e-1, sampling="log")
        >>> values = HyperbandOracle("val_loss", max_epochs=9, hyperparameters=hp).populate_space("0")["values"]
        >>> values["tuner/epochs"], values["tuner/bracket"]
        (1, 2)
    """

    def __init__(
        self,
        objective: Any = None,
        max_epochs: int = 100,
        factor: int = 3,
        hyperband_iterations: float | None = 1,
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
            seed=seed,
            hyperparameters=hyperparameters,
            allow_new_entries=allow_new_entries,
            tune_new_entries=tune_new_entries,
            max_retries_per_trial=max_retries_per_trial,
            max_consecutive_failed_trials=max_consecutive_failed_trials,
        )
        if factor < 2:
            got = f"factor is {factor}"
            raise FatalValueError(got, expected="a whole number of 2 or above", fix="use factor=3")
        self.max_epochs, self.factor = max_epochs, factor
        self.hyperband_iterations = hyperband_iterations or math.inf
        self._num_begun = 0
        self._open: list[OpenBracket] = []

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Return the values of the next trial; see `Oracle.populate_space`."""
        self._open = [bracket for bracket in self._open if self._is_open(bracket)]
        for bracket in self._open:
            answer = self._of(bracket, trial_id)
            if answer is not None:
                return answer
        if self._num_begun < self.hyperband_iterations * len(self._brackets):
            self._open.append(self._next_bracket())
            answer = self._of(self._open[-1], trial_id)
            if answer is not None:
                return answer
        return {"status": TrialStatus.IDLE if self.ongoing_trials else TrialStatus.STOPPED, "values": None}

    @property
    def _brackets(self) -> tuple[Any, ...]:
        return keras_tuner_brackets(self.max_epochs, self.factor)

    @property
    def _scheduler(self) -> Scheduler:
        scheduler = Hyperband(factor=self.factor, brackets=keras_tuner_brackets)
        return HigherIsBetter(scheduler) if self.objective.direction == "max" else scheduler

    def _next_bracket(self) -> OpenBracket:
        plan: Iterator[Any] = self._scheduler.plan(self.max_epochs)
        rungs = next(islice(plan, self._num_begun, None))
        self._num_begun += 1
        return OpenBracket(rungs)

    def _of(self, bracket: OpenBracket, trial_id: str) -> dict[str, Any] | None:
        """Return a trial that a bracket is to run now, or None where it has none."""
        if bracket.has_room:
            answer = self._asked(self._strategy)
            if answer["values"] is not None:
                bracket.start(trial_id)
                return {**answer, "values": {**answer["values"], **bracket.notes(0)}}
            bracket.close()
        promoted = bracket.promote(trial_id, self.trials, self._scheduler)
        if promoted is None:
            return None
        past, rung = self.trials[promoted[0]], promoted[1]
        own = {name: value for name, value in past.hyperparameters.values.items() if not name.startswith("tuner/")}
        values = {**own, "tuner/trial_id": past.trial_id, **bracket.notes(rung)}
        return {"status": TrialStatus.RUNNING, "values": values, "origin": past.origin}

    def may_continue(self, trial_id: str) -> bool:
        """Whether a later trial may go on from the weights of this one."""
        return any(trial_id in bracket and self._is_open(bracket) for bracket in self._open)

    def _is_open(self, bracket: OpenBracket) -> bool:
        return not bracket.is_complete(self.trials, self._scheduler)

    def get_state(self) -> dict[str, Any]:
        """Return plain JSON-ready data; see `Oracle.get_state`."""
        plain = ("hyperband_iterations", "max_epochs", "factor")
        return {
            **super().get_state(),
            **{name: getattr(self, name) for name in plain},
            "num_begun": self._num_begun,
            "brackets": [bracket.get_state() for bracket in self._open],
        }

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Take over what `get_state` gave; see `Oracle.set_state`."""
        super().set_state(state)
        for name in ("hyperband_iterations", "max_epochs", "factor"):
            setattr(self, name, state[name])
        self._num_begun = state["num_begun"]
        self._open = [OpenBracket.from_state(one) for one in state["brackets"]]
