"""Where a search is kept: `study.db` in `directory/project_name`, beside a folder per trial whose weights are kept.

The study holds each trial twice: as the project's record, which `optuna-dashboard` shows, and with its metrics, from
which a search goes on.
"""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from layersmith import records
from layersmith.errors import RunFolderError
from layersmith.keras_tuner.engine.objective import Objective
from layersmith.keras_tuner.engine.trial import Trial, TrialStatus
from layersmith.space import HyperParameters
from layersmith.storage import StudyStore

__all__ = ["Project", "record_of"]

_STUDY = "study.db"
_TRIAL = "keras_tuner:trial:"
_STATE = "keras_tuner:state:"
_STATES: Mapping[str, records.TrialState] = {
    TrialStatus.COMPLETED: "complete",
    TrialStatus.FAILED: "failed",
    TrialStatus.INVALID: "failed",
}


class Project:
    """The study of one search.

    Args:
        folder: The project's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._place = folder / _STUDY
        self._store: StudyStore | None = None
        self._begun: set[int] = set()

    @property
    def exists(self) -> bool:
        """Whether there is a study to go on with."""
        return self._place.is_file()

    def open(self, objective: Objective, space: HyperParameters) -> None:
        """Open the study, or create it; if it is open, note that the space has grown.

        Args:
            objective: What is optimised.
            space: The space as it is now.

        Raises:
            RunFolderError: If something else is there, or nothing can be written.
        """
        if self._store is not None:
            if space.space != self._store.space.space:
                self._store.set_space(space)
            return
        self._place.parent.mkdir(parents=True, exist_ok=True)
        if self._place.is_file():
            self._store = StudyStore.open(self._place)
            self._store.abandon_running()
        else:
            direction = "maximize" if objective.direction == "max" else "minimize"
            name = self._place.parent.resolve().name
            self._store = StudyStore.create(self._place, name, direction, space=space)  # type: ignore[arg-type]

    @property
    def store(self) -> StudyStore:
        """The study.

        Raises:
            RunFolderError: If it was not opened.
        """
        if self._store is None:
            raise RunFolderError(f"{self._place} is not open", expected="an open study", fix="call `open` first")
        return self._store

    def begin(self, trial: Trial, states: Mapping[str, Any]) -> None:
        """Write that a trial runs, and states by name."""
        if trial.number in self._begun:  # it is tried again
            self.write(states, [trial])
        else:
            self._begun.add(trial.number)
            self.store.start(record_of(trial).candidate, _kept(states, [trial]))

    def end(self, trial: Trial, states: Mapping[str, Any]) -> None:
        """Write what came of a trial, and states by name."""
        self._begun.discard(trial.number)
        self.store.finish(record_of(trial), _kept(states, [trial]))

    def write(self, states: Mapping[str, Any], trials: Iterable[Trial] = ()) -> None:
        """Write states by name, JSON-ready, and trials that have changed."""
        self.store.set_attributes(_kept(states, trials))

    def read(self) -> tuple[dict[str, Any], list[Trial]]:
        """Return states by name, and the trials in the order of their numbers."""
        kept = self.store.attributes
        states = {name.removeprefix(_STATE): value for name, value in kept.items() if name.startswith(_STATE)}
        trials = [Trial.from_state(value) for name, value in kept.items() if name.startswith(_TRIAL)]
        return states, sorted(trials, key=lambda trial: trial.number)


def _kept(states: Mapping[str, Any], trials: Iterable[Trial]) -> dict[str, Any]:
    kept = {f"{_TRIAL}{trial.trial_id}": trial.get_state() for trial in trials}
    return {**kept, **{f"{_STATE}{name}": state for name, state in states.items()}}


def record_of(trial: Trial) -> records.Trial:
    """Return a trial as the project's record.

    Example:
        >>> trial = Trial(HyperParameters(), status=TrialStatus.COMPLETED)
        >>> trial.score = 0.5
        >>> record_of(trial).state
        'complete'
    """
    trainings = tuple(
        records.Training(
            curves={name: tuple(values) for name, values in curves.items()},
            best_epoch=int(trial.best_step) + 1,
            planned_epochs=max(map(len, curves.values()), default=0),
            seconds=trial.seconds / len(trial.curves),
            stopped="finished",
            engine="auto",
        )
        for curves in trial.curves
    )
    metrics = trial.metrics
    loss = metrics.get_best_value("val_loss") if metrics.exists("val_loss") else None
    values, origin = dict(trial.hyperparameters.values), trial.origin
    return records.Trial(
        candidate=records.Candidate(values=values, origin=origin, number=trial.number),
        state=_STATES.get(trial.status, "interrupted"),
        score=math.nan if trial.score is None else trial.score,
        loss=math.nan if loss is None else loss,
        trainings=trainings,
        params=trial.params,
        macs=trial.macs,
        seconds=trial.seconds,
        reason=trial.message or "",
    )
