"""The oracle: it knows the space and the trials, and says which values come next."""

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from layersmith.keras_tuner.engine.display import Display
from layersmith.keras_tuner.engine.metrics_tracking import MetricsTracker
from layersmith.keras_tuner.engine.objective import MultiObjective, Objective, create_objective
from layersmith.keras_tuner.engine.project import Project
from layersmith.keras_tuner.engine.synchronized import synchronized
from layersmith.keras_tuner.engine.trial import Trial, TrialStatus
from layersmith.keras_tuner.errors import FatalRuntimeError, FatalValueError, UnknownMetricError
from layersmith.space import Entry, HyperParameters
from layersmith.space.conditions import declared

__all__ = ["Objective", "Oracle", "synchronized"]


class Oracle:
    """Chooses hyperparameter values, and keeps what became of them.

    A subclass says in `populate_space` which values come next.

    Attributes:
        ahead: How many trials may be asked for before the result of the first is known; None for four, or one a core.
        objective: What is optimised.
        hyperparameters: The space; it grows as build functions ask for more.
        trials: Name to trial, in the order they began.
        ongoing_trials: Tuner to the trial it runs.
        start_order: Names of the trials in the order they began.
        end_order: Names of those that have ended, in that order.

    Args:
        objective: Name of a metric, an `Objective`, or a list of these, whose sum is optimised. It may be left out
            where training returns a single number to make small.
        max_trials: How many sets of values to try at most; None for no limit.
        hyperparameters: Entries of the space that take the place of those a build function asks for.
        allow_new_entries: Whether a build function may ask for others.
        tune_new_entries: Whether others are tuned; else they keep their defaults.
        seed: Seed of whatever is drawn.
        max_retries_per_trial: How often a trial that failed is tried again.
        max_consecutive_failed_trials: The search ends with an error after so many failed trials in a row. Oversized
            models do not count, nor do values of which no model can be built once one trial has been completed.

    Raises:
        FatalValueError: If new entries are neither allowed nor tuned and none are given, or the direction of the
            objective is not known.
    """

    ahead: int | None = None

    def __init__(
        self,
        objective: Any = None,
        max_trials: int | None = None,
        hyperparameters: HyperParameters | None = None,
        allow_new_entries: bool = True,
        tune_new_entries: bool = True,
        seed: int | None = None,
        max_retries_per_trial: int = 0,
        max_consecutive_failed_trials: int = 3,
    ) -> None:
        self.objective = create_objective(objective)
        self.max_trials = max_trials
        for name, allowed in (("tune_new_entries", tune_new_entries), ("allow_new_entries", allow_new_entries)):
            if hyperparameters is None and not allowed:
                got = f"{name}=False, and no hyperparameters"
                raise FatalValueError(got, expected="a space to search", fix="give `hyperparameters` their entries")
        self.hyperparameters = hyperparameters if hyperparameters is not None else HyperParameters()
        self.allow_new_entries, self.tune_new_entries = allow_new_entries, tune_new_entries
        self.trials: dict[str, Trial] = {}
        self.ongoing_trials: dict[str, Trial] = {}
        self.start_order: list[str] = []
        self.end_order: list[str] = []
        self.seed = seed or random.randint(1, 10_000)  # noqa: S311 - where a search starts is no secret
        self.max_retries_per_trial = max_retries_per_trial
        self.max_consecutive_failed_trials = max_consecutive_failed_trials
        self._run_times: dict[str, int] = {}
        self._retry_queue: list[str] = []
        self._display = Display()
        self._project: Project | None = None

    @property
    def verbose(self) -> Any:
        """How much is printed: 0 for nothing."""
        return self._display.verbose

    @verbose.setter
    def verbose(self, value: Any) -> None:
        self._display.verbose = 1 if value == "auto" else int(value)

    # What a subclass says.

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Return the values of the next trial.

        Args:
            trial_id: The name it will have.

        Returns:
            `status`, one of `RUNNING`, `IDLE` (there is none now) and `STOPPED` (none will follow); `values`, name to
            value; perhaps `origin`, what proposed them.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say in populate_space which values come next")

    def score_trial(self, trial: Trial) -> None:
        """Set the score and the best step of a completed trial.

        Args:
            trial: It; its metrics hold the objective.
        """
        trial.score = trial.metrics.get_best_value(self.objective.name)
        trial.best_step = trial.metrics.get_best_step(self.objective.name) or 0

    def may_continue(self, trial_id: str) -> bool:
        """Whether a later trial may go on from the weights of this one."""
        del trial_id
        return False

    # The life of a trial.

    @synchronized
    def create_trial(self, tuner_id: str) -> Trial:
        """Return the trial a tuner is to run: the one it runs already, one to try again, or a new one.

        Args:
            tuner_id: Who asks.
        """
        if tuner_id in self.ongoing_trials:
            return self.ongoing_trials[tuner_id]
        trial = self._retried() or self._new_trial()
        if trial.status == TrialStatus.RUNNING:
            self.ongoing_trials[tuner_id] = trial
            self.trials[trial.trial_id] = trial
            project = self._opened()
            if project is not None:
                project.begin(trial, self._states())
            self._display.begin(trial, self._best(), self.max_trials)
        return trial

    def _retried(self) -> Trial | None:
        if not self._retry_queue:
            return None
        trial = self.trials[self._retry_queue.pop()]
        trial.status, trial.message, trial.unbuilt = TrialStatus.RUNNING, None, ""
        trial.metrics, trial.curves = MetricsTracker(), []
        return trial

    def _new_trial(self) -> Trial:
        number, width = len(self.trials), len(str(self.max_trials))
        trial_id = f"{number:0{width}d}"
        if self.max_trials and number >= self.max_trials:
            answer: Mapping[str, Any] = {"status": TrialStatus.STOPPED}
        else:
            answer = self.populate_space(trial_id)
        hyperparameters = self.hyperparameters.copy()
        hyperparameters.values = dict(answer.get("values") or {})
        trial = Trial(hyperparameters, trial_id=trial_id, status=answer["status"])
        trial.number, trial.origin = number, answer.get("origin", trial.origin)
        if trial.status == TrialStatus.RUNNING:
            hyperparameters.ensure_active_values()
            self.start_order.append(trial_id)
        return trial

    @synchronized
    def update_trial(self, trial_id: str, metrics: Mapping[str, float], step: float = 0) -> Trial:
        """Note what training reports.

        Args:
            trial_id: Name of the trial.
            metrics: Name to value; the objective must be among them.
            step: What they belong to, for example an epoch.

        Raises:
            UnknownMetricError: If the objective is missing.
        """
        trial = self.trials[trial_id]
        directions = {one.name: one.direction for one in _parts(self.objective)}
        missing = [name for name in directions if name not in metrics]
        if missing:
            raise UnknownMetricError(
                f"the objective {', '.join(missing)} is missing from the metrics {', '.join(metrics) or '(none)'}",
                expected=f"metrics with {', '.join(directions)}",
                fix="report it, or name one of these metrics as the objective",
            )
        directions[self.objective.name] = self.objective.direction
        for name, value in metrics.items():
            if not trial.metrics.exists(name):
                trial.metrics.register(name, direction=directions.get(name))
            trial.metrics.update(name, value, step=step)
        return trial

    @synchronized
    def end_trial(self, trial: Trial) -> None:
        """Note that a trial has ended: completed, failed, or to be tried again.

        Args:
            trial: It; its status is `COMPLETED`, `INVALID` (failed, but may be tried again) or `FAILED`.

        Raises:
            FatalRuntimeError: If too many trials have failed in a row.
        """
        known = self.trials[trial.trial_id]
        for name in ("hyperparameters", "status", "message"):
            setattr(known, name, getattr(trial, name))
        self.update_space(known.hyperparameters)
        if known.status == TrialStatus.COMPLETED:
            self.score_trial(known)
            if known.score is None or np.isnan(known.score):
                known.status = TrialStatus.INVALID
                known.message = known.message or f"{self.objective.name} is {known.score}"
        known.hyperparameters.ensure_active_values()
        self._run_times[known.trial_id] = self._run_times.get(known.trial_id, 0) + 1
        self.ongoing_trials = {tuner: one for tuner, one in self.ongoing_trials.items() if one is not known}
        self._settle(known)
        left = self.remaining_trials()
        self._display.end(
            known, self._best(), self.objective.name, None if left is None else left + len(self.ongoing_trials)
        )
        self._check_consecutive_failures()

    def _settle(self, trial: Trial) -> None:
        """Queue a trial to be tried again, or note that it has ended for good."""
        again = self._is_to_be_retried(trial)
        (self._retry_queue if again else self.end_order).append(trial.trial_id)
        project = self._opened()
        if project is not None and again:
            project.write(self._states(), [trial])
        elif project is not None:
            project.end(trial, self._states())

    def _is_to_be_retried(self, trial: Trial) -> bool:
        if trial.status != TrialStatus.INVALID:
            return False
        if self._run_times[trial.trial_id] <= self.max_retries_per_trial:
            return True
        trial.status = TrialStatus.FAILED
        return False

    def _check_consecutive_failures(self) -> None:
        ended = [self.trials[trial_id] for trial_id in self.end_order]
        works = any(trial.status == TrialStatus.COMPLETED for trial in ended)
        failures = 0
        for trial in ended:
            if trial.status != TrialStatus.FAILED:
                failures = 0
            elif trial.unbuilt != "oversized" and not (trial.unbuilt and works):
                failures += 1
            if failures >= self.max_consecutive_failed_trials:
                raise FatalRuntimeError(
                    f"{failures} trials have failed in a row; the last one said:\n{trial.message or ''}",
                    expected=f"fewer than {self.max_consecutive_failed_trials} consecutive failures",
                    fix="mend what the message names, or set max_consecutive_failed_trials higher",
                )

    # The space and the best.

    def get_space(self) -> HyperParameters:
        """Return a copy of the space."""
        return self.hyperparameters.copy()

    def update_space(self, hyperparameters: HyperParameters) -> None:
        """Add the entries that the space does not have yet.

        Args:
            hyperparameters: What a build function has asked.

        Raises:
            FatalRuntimeError: If there are new ones and `allow_new_entries` is False.
        """
        grown = self.get_space()
        grown.merge(hyperparameters, overwrite=False)
        new = grown.space[len(self.hyperparameters.space) :]
        if new and not self.allow_new_entries:
            raise FatalRuntimeError(
                f"the build function asks for {', '.join(entry.name for entry in new)}",
                expected="entries of `hyperparameters` only, as allow_new_entries=False says",
                fix="put them in `hyperparameters`, or allow new entries",
            )
        if self.tune_new_entries:
            self.hyperparameters.merge([*new, *self._freed(hyperparameters)])

    def _freed(self, hyperparameters: HyperParameters) -> list[Entry]:
        """Return entries that a build function has asked for where the code seemed to imply that it would not."""
        implied = [entry for entry in self.hyperparameters.space if declared(entry.conditions) != entry.conditions]
        plain = [replace(entry, conditions=declared(entry.conditions)) for entry in implied]
        return [entry for entry in plain if entry in hyperparameters.space]

    def get_trial(self, trial_id: str) -> Trial:
        """Return the trial of that name."""
        return self.trials[trial_id]

    def get_best_trials(self, num_trials: int = 1) -> list[Trial]:
        """Return the best completed trials, best first, and others after them where they do not suffice."""
        trials = list(self.trials.values())
        completed = [trial for trial in trials if trial.status == TrialStatus.COMPLETED]
        others = [trial for trial in trials if trial.status != TrialStatus.COMPLETED]
        sign = -1.0 if self.objective.direction == "max" else 1.0
        return [*sorted(completed, key=lambda trial: sign * (trial.score or 0.0)), *others][:num_trials]

    def _best(self) -> Trial | None:
        best = self.get_best_trials(1)
        return best[0] if best and best[0].status == TrialStatus.COMPLETED else None

    def remaining_trials(self) -> int | None:
        """Return how many trials are left, None where there is no limit."""
        return self.max_trials - len(self.trials) if self.max_trials else None

    # What is kept.

    def get_state(self) -> dict[str, Any]:
        """Return plain JSON-ready data; trials are kept beside it."""
        return {
            "ongoing_trials": {tuner: trial.trial_id for tuner, trial in self.ongoing_trials.items()},
            "hyperparameters": self.hyperparameters.get_config(),
            "start_order": self.start_order,
            "end_order": self.end_order,
            "run_times": self._run_times,
            "retry_queue": self._retry_queue,
            "seed": self.seed,
        }

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Take over what `get_state` gave; `trials` are there already."""
        self.ongoing_trials = {tuner: self.trials[trial_id] for tuner, trial_id in state["ongoing_trials"].items()}
        self.hyperparameters = HyperParameters.from_config(state["hyperparameters"])
        self.start_order, self.end_order = list(state["start_order"]), list(state["end_order"])
        self._run_times, self._retry_queue = dict(state["run_times"]), list(state["retry_queue"])
        self.seed = state["seed"]

    def set_project(self, folder: Path | None) -> None:
        """Keep the search in a folder, or nowhere."""
        self._project = None if folder is None else Project(folder)

    def save(self) -> None:
        """Write the state, and all trials."""
        project = self._opened()
        if project is not None:
            project.write(self._states(), self.trials.values())

    def _opened(self) -> Project | None:
        """Return the project, open, or None where there is none."""
        if self._project is not None:
            self._project.open(self.objective, self.hyperparameters)
        return self._project

    def _states(self) -> dict[str, Any]:
        return {"oracle": self.get_state()}

    def save_tuner(self, state: Mapping[str, Any]) -> None:
        """Write the state of the tuner beside that of the oracle."""
        project = self._opened()
        if project is not None:
            project.write({"tuner": dict(state)})

    def load_tuner(self) -> dict[str, Any]:
        """Return the state of the tuner that was written last, empty where there is none."""
        project = self._opened()
        states, _ = project.read() if project is not None else ({}, [])
        return dict(states.get("tuner", {}))

    def reload(self) -> None:
        """Go on from what was written; trials that were running then are run again.

        Raises:
            FatalRuntimeError: If what was written is another oracle's.
        """
        project = self._opened()
        if project is None:
            raise FatalRuntimeError("no project to reload", expected="a folder", fix="give the tuner a directory")
        states, trials = project.read()
        self.trials = {trial.trial_id: trial for trial in trials}
        try:
            self.set_state(states["oracle"])
        except KeyError as error:
            raise FatalRuntimeError(
                f"the project there is not of this oracle: it lacks {error}",
                expected=f"a project of {type(self).__name__}",
                fix="choose another project_name, or say overwrite=True",
            ) from error
        self._retry_queue += sorted((trial.trial_id for trial in self.ongoing_trials.values()), reverse=True)
        self.ongoing_trials = {}


def _parts(objective: Objective) -> list[Objective]:
    return objective.objectives if isinstance(objective, MultiObjective) else [objective]
