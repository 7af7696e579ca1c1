"""A study in a SQL database, in Optuna's own schema, so that optuna-dashboard opens it too.

Beside Optuna's parameters, values and curves each finished trial holds its exact record as JSON, and the study holds
its space and its attributes. Each change is one transaction: a kill at any moment leaves the state before or after it.
"""

import json
import math
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal, TypeAlias

import numpy as np
import optuna
import sqlalchemy
from optuna.trial import FrozenTrial, TrialState

from layersmith.errors import DataError, RunFolderError, SpaceError, lookup
from layersmith.records import Candidate, Trial
from layersmith.space import Entry, HyperParameters
from layersmith.space.conditions import declared
from layersmith.storage.connection import connected, database_errors, transaction
from layersmith.storage.location import Place, check_free, check_study_file, shown
from layersmith.storage.parameters import parameters
from layersmith.storage.rows import add_attributes, add_curve, add_parameters, end_trial, set_study_attributes

__all__ = ["Direction", "StudyStore"]

Direction: TypeAlias = Literal["minimize", "maximize"]

_DIRECTIONS = {
    "minimize": optuna.study.StudyDirection.MINIMIZE,
    "maximize": optuna.study.StudyDirection.MAXIMIZE,
}
_STATES = {"complete": TrialState.COMPLETE, "pruned": TrialState.PRUNED}
_ENDED = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)
_INTERRUPTED = "interrupted"
_CURVE_POINTS = 50  # of a curve, for the dashboard; the whole curve is in the record
_SPACE = "layersmith:space"  # the attribute that marks a study as ours


class StudyStore:
    """One study, stored; made by `create` or `open`.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Int("units", 8, 64)
        >>> store = StudyStore.create("sqlite://", "digits", "maximize", {"seed": 0}, space=hp)
        >>> candidate = Candidate(values={"units": 16}, origin="tpe")
        >>> store.start(candidate)
        >>> store.finish(Trial(candidate=candidate, score=0.9))
        >>> [trial.score for trial in store.trials()]
        [0.9]
        >>> store.close()
    """

    def __init__(self, storage: optuna.storages.RDBStorage, study_id: int, place: Place) -> None:
        self._storage, self._study_id, self._place = storage, study_id, place
        self._lock = threading.RLock()
        self._space = HyperParameters.from_config(storage.get_study_user_attrs(study_id)[_SPACE])
        self._running = {_candidate(trial).number: trial._trial_id for trial in self._frozen(TrialState.RUNNING)}

    # Making and opening.

    @classmethod
    def create(
        cls,
        place: Place,
        name: str,
        direction: Direction,
        attributes: Mapping[str, Any] | None = None,
        *,
        space: HyperParameters,
    ) -> "StudyStore":
        """Create a study.

        Args:
            place: Path of a SQLite file, or any SQLAlchemy address.
            name: Its name, which no other study there may have.
            direction: Whether scores are to be made small or large.
            attributes: JSON-ready values kept with it.
            space: The space searched.

        Raises:
            DataError: If an attribute cannot be written as JSON.
            RunFolderError: If the place holds something else, a study of that name, or cannot be written.
            UnknownNameError: If there is no such direction.
        """
        kept = _checked_json({**(attributes or {}), _SPACE: space.get_config()})
        check_free(place)
        with database_errors(place), connected(place, new=True) as storage:
            with transaction(storage):
                study_id = _new_study(storage, place, name, direction)
                for key, value in kept.items():
                    storage.set_study_user_attr(study_id, key, value)
            return cls(storage, study_id, place)

    @classmethod
    def open(cls, place: Place, name: str | None = None) -> "StudyStore":
        """Open a study.

        Args:
            place: Path of a SQLite file, or any SQLAlchemy address.
            name: Its name; may be left out where there is only one.

        Raises:
            RunFolderError: If there is no such study, or what is there is foreign or corrupt.
        """
        check_study_file(place)
        with database_errors(place), connected(place, new=False) as storage:
            return cls(storage, _find_study(storage, place, name), place)

    def close(self) -> None:
        """Let go of the database."""
        self._storage.scoped_session.remove()
        self._storage.engine.dispose()

    def __enter__(self) -> "StudyStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Trials.

    def start(self, candidate: Candidate, attributes: Mapping[str, Any] | None = None) -> None:
        """Record that a candidate is being trained.

        Args:
            candidate: It.
            attributes: What is kept with the study in the same transaction; see `set_attributes`.

        Raises:
            DataError: If an attribute cannot be written as JSON.
            RunFolderError: If the database cannot be written.
        """
        kept = _checked_json(attributes or {})
        with self._writing() as connection:
            trial_id = self._begin(connection, candidate)
            set_study_attributes(connection, self._study_id, kept)
        self._running[candidate.number] = trial_id

    def finish(self, trial: Trial, attributes: Mapping[str, Any] | None = None) -> None:
        """Record what became of a candidate; one that was never started is started and finished at once.

        A trial of state `interrupted` keeps its candidate among `interrupted()`.

        Args:
            trial: The candidate and its result.
            attributes: What is kept with the study in the same transaction; see `set_attributes`.

        Raises:
            DataError: If an attribute cannot be written as JSON.
            RunFolderError: If the database cannot be written.
        """
        kept = _checked_json(attributes or {})
        with self._writing() as connection:
            trial_id = self._running.get(trial.number)
            self._end(connection, self._begin(connection, trial.candidate) if trial_id is None else trial_id, trial)
            set_study_attributes(connection, self._study_id, kept)
        self._running.pop(trial.number, None)

    def _begin(self, connection: sqlalchemy.Connection, candidate: Candidate) -> int:
        trial_id = int(self._storage.create_new_trial(self._study_id))
        add_parameters(connection, trial_id, *parameters(self._space, candidate.values))
        record = {"values": dict(candidate.values), "origin": candidate.origin, "number": candidate.number}
        add_attributes(connection, trial_id, {"origin": candidate.origin, "candidate": _to_json(record)})
        return trial_id

    def _end(self, connection: sqlalchemy.Connection, trial_id: int, trial: Trial) -> None:
        complete = trial.state == "complete" and not math.isnan(trial.score)
        interrupted = trial.state == "interrupted"
        record = {} if interrupted else {"trial": _to_json(trial.to_dict())}
        reason = {} if complete else {"reason": _INTERRUPTED if interrupted else trial.reason}
        add_attributes(connection, trial_id, {**record, **reason})
        add_curve(connection, trial_id, _curve(trial))
        state = _STATES.get(trial.state, TrialState.FAIL) if not math.isnan(trial.score) else TrialState.FAIL
        end_trial(connection, trial_id, state, trial.score if complete else None)

    def trials(self) -> list[Trial]:
        """Return the finished trials, by number."""
        records = (trial.user_attrs.get("trial") for trial in self._frozen(*_ENDED))
        found = [Trial.from_dict(json.loads(record)) for record in records if record is not None]
        return sorted(found, key=lambda trial: trial.number)

    def abandon_running(self) -> None:
        """Mark what is being trained as interrupted: for a study whose process was killed."""
        for trial in self._frozen(TrialState.RUNNING):
            with self._writing():
                self._storage.set_trial_user_attr(trial._trial_id, "reason", _INTERRUPTED)
                self._storage.set_trial_state_values(trial._trial_id, TrialState.FAIL)
        self._running.clear()

    def interrupted(self) -> list[Candidate]:
        """Return the candidates that were interrupted and neither finished nor started since, by number."""
        settled = {trial.number for trial in self.trials()} | set(self._running)
        stopped = (trial for trial in self._frozen(TrialState.FAIL) if trial.user_attrs.get("reason") == _INTERRUPTED)
        found = {candidate.number: candidate for candidate in map(_candidate, stopped)}
        return [found[number] for number in sorted(found) if number not in settled]

    def _frozen(self, *states: TrialState) -> list[FrozenTrial]:
        with self._lock, database_errors(self._place):
            found = self._storage.get_all_trials(self._study_id, deepcopy=False, states=states)
        return [trial for trial in found if "candidate" in trial.user_attrs]

    @contextmanager
    def _writing(self) -> Iterator[sqlalchemy.Connection]:
        with self._lock, database_errors(self._place), transaction(self._storage) as connection:
            yield connection

    # Attributes.

    @property
    def attributes(self) -> dict[str, Any]:
        """The values kept with the study, by name."""
        with self._lock, database_errors(self._place):
            kept = self._storage.get_study_user_attrs(self._study_id)
        return {name: value for name, value in kept.items() if name != _SPACE}

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Keep JSON-ready values with the study; names that are not mentioned stay as they are.

        Raises:
            DataError: If a value cannot be written as JSON.
        """
        kept = _checked_json(attributes)
        with self._writing() as connection:
            set_study_attributes(connection, self._study_id, kept)

    @property
    def name(self) -> str:
        """The study's name."""
        return str(self._storage.get_study_name_from_id(self._study_id))

    @property
    def direction(self) -> Direction:
        """Whether scores are to be made small or large."""
        [direction] = self._storage.get_study_directions(self._study_id)
        return "maximize" if direction == _DIRECTIONS["maximize"] else "minimize"

    @property
    def space(self) -> HyperParameters:
        """The space searched."""
        return self._space.copy()

    def set_space(self, space: HyperParameters) -> None:
        """Keep a space that has grown.

        Raises:
            SpaceError: If an entry known before is missing from it, or has changed beyond its implied conditions.
        """
        kept = [_declared(entry) for entry in space.space]
        for entry in self._space.space:
            if _declared(entry) not in kept:
                raise SpaceError(
                    f"the space of the study {self.name!r} no longer holds {entry!r}",
                    expected="the entries known before, unchanged, and perhaps new ones",
                    fix="restore the entry, or start a new run",
                )
        self.set_attributes({_SPACE: space.get_config()})
        self._space = space.copy()


def _declared(entry: Entry) -> Entry:
    """Return an entry without the conditions that were found out, and may be found out anew."""
    return replace(entry, conditions=declared(entry.conditions))


def _candidate(trial: FrozenTrial) -> Candidate:
    return Candidate(**json.loads(trial.user_attrs["candidate"]))


def _curve(trial: Trial) -> dict[int, float]:
    """Return points of the first fold's validation loss: epoch, from 1, to loss."""
    losses = trial.trainings[0].curves.get("val_loss", ()) if trial.trainings else ()
    epochs = np.linspace(1, len(losses), min(len(losses), _CURVE_POINTS)).round().astype(int).tolist()
    return {epoch: losses[epoch - 1] for epoch in epochs}


def _to_json(record: Mapping[str, Any]) -> str:
    return json.dumps(record, default=lambda value: value.item())  # NumPy scalars


def _checked_json(attributes: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in attributes.items():
        try:
            json.dumps(value)
        except (TypeError, ValueError) as error:
            raise DataError(
                f"attribute {name!r} cannot be written as JSON: {error}",
                expected="numbers, strings, booleans, None, and lists and dictionaries of them",
                fix="convert the value first",
            ) from error
    return dict(attributes)


def _new_study(storage: optuna.storages.RDBStorage, place: Place, name: str, direction: Direction) -> int:
    try:
        return int(storage.create_new_study([lookup(_DIRECTIONS, direction, "direction")], name))
    except optuna.exceptions.DuplicatedStudyError as error:
        raise RunFolderError(
            f"{shown(place)!r} already holds a study named {name!r}",
            expected="a name that is not taken",
            fix="resume that study, or choose another name or place",
        ) from error


def _find_study(storage: optuna.storages.RDBStorage, place: Place, name: str | None) -> int:
    known = {study.study_name: study for study in storage.get_all_studies()}
    ours = {key: study._study_id for key, study in known.items() if _SPACE in study.user_attrs}
    if name is None and len(ours) == 1:
        return int(next(iter(ours.values())))
    if name in ours:
        return int(ours[name])
    raise RunFolderError(
        f"{shown(place)!r} holds {len(ours)} studies of Layersmith" + (f", none named {name!r}" if name else ""),
        expected=f"one of: {', '.join(sorted(ours)) or 'a study that Layersmith wrote'}",
        fix="give the name of one of them" if ours else "name the study.db of a run folder",
    )
