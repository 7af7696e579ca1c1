"""An oracle that asks one of the project's strategies."""

from collections.abc import Mapping, Sequence
from typing import Any

from layersmith.keras_tuner.engine.oracle import Oracle, synchronized
from layersmith.keras_tuner.engine.project import record_of
from layersmith.keras_tuner.engine.trial import Trial, TrialStatus
from layersmith.records import Value
from layersmith.strategies import Strategy, create_strategy

__all__ = ["StrategyOracle"]


class StrategyOracle(Oracle):
    """Proposes what a strategy proposes, and tells it what became of it.

    Args:
        strategy: Name of the strategy.
        **kwargs: The arguments of `Oracle`.
    """

    def __init__(self, strategy: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._name = strategy
        self._strategy = self._made(strategy)

    def _made(self, name: str) -> Strategy:
        higher = self.objective.direction == "max"
        return create_strategy(name, self.hyperparameters, seed=self.seed, higher_is_better=higher)

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Return the values of the next trial; see `Oracle.populate_space`."""
        del trial_id  # values depend on how many trials there were, not on their names
        return self._asked(self._strategy)

    def _asked(self, strategy: Strategy) -> dict[str, Any]:
        for candidate in strategy.ask(1):
            return {"status": TrialStatus.RUNNING, "values": dict(candidate.values), "origin": candidate.origin}
        return {"status": TrialStatus.IDLE if self.ongoing_trials else TrialStatus.STOPPED, "values": None}

    def enqueue(self, values: Mapping[str, Value]) -> None:
        """Try these values before all others.

        Args:
            values: Name to value; what is missing takes its default.

        Raises:
            SpaceError: If a name or a value is not of the space.
        """
        self._strategy.enqueue(values, "enqueued")

    @synchronized
    def end_trial(self, trial: Trial) -> None:
        """Note that a trial has ended; see `Oracle.end_trial`."""
        try:
            super().end_trial(trial)
        finally:  # a search that gives up after failures may be gone on with
            known = self.trials[trial.trial_id]
            if known.trial_id in self.end_order:
                self._told([known])

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Take over what `get_state` gave; see `Oracle.set_state`."""
        super().set_state(state)
        self._strategy = self._made(self._name)
        self._told(list(self.trials.values()))

    def _told(self, trials: Sequence[Trial]) -> None:
        """Tell the strategy what became of trials."""
        self._strategy.tell([record_of(trial) for trial in trials])
