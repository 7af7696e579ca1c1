"""What every tuner does, whatever it trains: the search, its folder, its summaries."""

import contextlib
import gc
import os
import shutil
import time
import traceback
import warnings
from collections.abc import Callable, Generator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from layersmith.engine.collector import sparing_garbage
from layersmith.errors import RunFolderError
from layersmith.keras_tuner.engine.hypermodel import HyperModel, get_hypermodel
from layersmith.keras_tuner.engine.oracle import Oracle
from layersmith.keras_tuner.engine.project import Project, record_of
from layersmith.keras_tuner.engine.results import check_results, curves_of, get_best_step, metrics_of
from layersmith.keras_tuner.engine.trial import Status, Trial, TrialStatus
from layersmith.keras_tuner.errors import FailedTrialError, FatalError, FatalValueError
from layersmith.space import Builder, HyperParameters, explore
from layersmith.study.budget import Clock, parse_budget
from layersmith.study.table import trials_table

__all__ = ["BaseTuner"]

_KEPT = 10
_SECONDS = "seconds"
_OF_KERAS_TUNER = "oracle.json"


class BaseTuner:
    """Runs the trials that an oracle asks for.

    A subclass says in `run_trial` what a trial is, and in `save_model` and `load_model` how its model is kept.

    Attributes:
        oracle: Says which values come next.
        hypermodel: The space of models.
        directory: Where projects are.
        project_name: The name of the project's folder there.

    Args:
        oracle: Says which values come next.
        hypermodel: A `HyperModel`, or a function of hyperparameters that returns a model; it may be left out where
            `run_trial` does without.
        directory: Where projects are; the working directory unless given.
        project_name: The name of the project's folder there; `untitled_project` unless given.
        overwrite: Whether to begin anew where there is such a project; else the search goes on.
        **kwargs: `budget`, a time such as `"10m"` after which no trial begins and the one that runs ends after its
            epoch; `keep_models`, for how many of the best trials a model is kept (10, or None for all).

    Raises:
        FatalValueError: If the oracle is none, or an argument is not known.
        BudgetError: If the budget is no time.
        RunFolderError: If the project's folder holds something else.
    """

    def __init__(
        self,
        oracle: Any,
        hypermodel: Any = None,
        directory: str | os.PathLike[str] | None = None,
        project_name: str | None = None,
        overwrite: bool = False,
        **kwargs: Any,
    ) -> None:
        if not isinstance(oracle, Oracle):
            got = f"the oracle is {oracle!r}, a {type(oracle).__name__}"
            raise FatalValueError(got, expected="an Oracle", fix="make one, for example RandomSearchOracle()")
        self.logger = kwargs.pop("logger", None)
        if self.logger is not None:
            warnings.warn("`logger` has no effect on a tuner", DeprecationWarning, stacklevel=2)
        self._budget = parse_budget(kwargs.pop("budget")).seconds if "budget" in kwargs else None
        self._keep_models: int | None = kwargs.pop("keep_models", _KEPT)
        if kwargs:
            got = f"the arguments {', '.join(kwargs)}"
            raise FatalValueError(got, expected="arguments of a tuner", fix="leave them out, or correct their names")
        self.oracle: Oracle = oracle
        self.hypermodel = get_hypermodel(hypermodel)
        self.directory = directory or "."
        self.project_name = project_name or "untitled_project"
        self.tuner_id = "tuner0"
        self._clock = Clock()
        self._with_model: set[str] = set()
        self._begin_or_reload(overwrite)

    def _begin_or_reload(self, overwrite: bool) -> None:
        folder, project = self._folder, Project(self._folder)
        if overwrite:
            _remove(folder, project)
        self.oracle.set_project(folder)
        if project.exists:
            print(f"Reloading Tuner from {folder}")  # noqa: T201 - so that nobody takes it for a new search
            self.reload()
        else:
            self._populate_initial_space()

    def _populate_initial_space(self) -> None:
        """Find out the space before the search; a subclass may put it off until it has seen the data."""
        if self.hypermodel is None:
            return
        space = self.oracle.get_space()
        self.hypermodel.declare_hyperparameters(space)
        open_space = self.oracle.allow_new_entries and self.oracle.tune_new_entries
        self.oracle.update_space(explore(self._explored, space, loops=open_space))

    @property
    def _hypermodel(self) -> HyperModel:
        if self.hypermodel is None:
            raise FatalValueError("there is no hypermodel", expected="a HyperModel", fix="give the tuner one")
        return self.hypermodel

    @property
    def _explored(self) -> Builder:
        return Builder(build=self._build_unseen, fatal=(FatalError,), failed=(FailedTrialError,))

    def _build_unseen(self, hp: HyperParameters) -> Any:
        """Build a model only to see what it asks for."""
        return self.hypermodel.build(hp) if self.hypermodel is not None else None

    # The search.

    def search(self, *fit_args: Any, **fit_kwargs: Any) -> None:
        """Run trials until the oracle stops or the budget is spent.

        Args:
            *fit_args: Passed on to `run_trial`: data and whatever else training takes.
            **fit_kwargs: Likewise; `verbose` also says whether trials are announced.
        """
        if "verbose" in fit_kwargs:
            self.oracle.verbose = fit_kwargs["verbose"]
        self.on_search_begin()
        with sparing_garbage(), contextlib.closing(self._ended(fit_args, fit_kwargs)) as ended:
            for trial in ended:
                self.on_trial_end(trial)
                gc.collect()
        self.on_search_end()

    def _ended(self, fit_args: tuple[Any, ...], fit_kwargs: Mapping[str, Any]) -> Generator[Trial, None, None]:
        """Run trials, and yield each as it ends, until the oracle stops or the budget is spent."""
        while (trial := self._asked(self.tuner_id)) is not None:
            if trial.status != TrialStatus.IDLE:
                self.on_trial_begin(trial)
                run = partial(self.run_trial, trial, *fit_args, **fit_kwargs)
                trial.status, trial.message = self._run(trial, run)
                yield trial

    def _asked(self, tuner_id: str) -> Trial | None:
        """Return what the oracle wants to be run, `IDLE` where that is nothing now; None where nothing will follow."""
        if self._is_spent():
            return None
        self.pre_create_trial()
        trial = self.oracle.create_trial(tuner_id)
        return None if trial.status == TrialStatus.STOPPED else trial

    def _is_spent(self) -> bool:
        return self._budget is not None and self._clock.elapsed() >= self._budget

    def _run(self, trial: Trial, run: Callable[[], Any]) -> Status:
        """Run a trial and tell the oracle; whatever is wrong with it, unless fatal, is a failed trial."""
        started = time.monotonic()
        try:
            self._tell(trial, run())
            status, message = TrialStatus.COMPLETED, trial.message
        except FatalError:
            raise
        except Exception as error:  # noqa: BLE001 - one bad trial is not the end of the search
            failed = isinstance(error, FailedTrialError)
            status, message = TrialStatus.FAILED if failed else TrialStatus.INVALID, traceback.format_exc()
        trial.seconds += time.monotonic() - started
        return status, message

    def _tell(self, trial: Trial, results: Any) -> None:
        objective = self.oracle.objective
        if results is None and trial.metrics.exists(objective.name):
            warnings.warn(
                "calling `oracle.update_trial` in `run_trial` is deprecated: return the metrics instead",
                DeprecationWarning,
                stacklevel=2,
            )
            return
        check_results(results, objective, f"{type(self).__name__}.run_trial")
        trial.curves = trial.curves or curves_of(results)
        step = get_best_step(results, objective)
        self.oracle.update_trial(trial.trial_id, metrics_of(results, objective), step=step)

    # What a subclass says.

    def run_trial(self, trial: Trial, *fit_args: Any, **fit_kwargs: Any) -> Any:
        """Evaluate a trial's values.

        Args:
            trial: It; `trial.hyperparameters` has the values.
            *fit_args: What `search` was given.
            **fit_kwargs: Likewise.

        Returns:
            The objective, a dictionary of metrics with it, a Keras `History`, or a list of these, whose mean counts.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say in run_trial what a trial is")

    def save_model(self, trial_id: str, model: Any, step: int = 0) -> None:
        """Keep the model of a trial.

        Args:
            trial_id: Name of the trial.
            model: The trained model.
            step: The epoch it is of.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say in save_model how a model is kept")

    def load_model(self, trial: Trial) -> Any:
        """Return the trained model of a trial."""
        raise NotImplementedError(f"{type(self).__name__} does not say in load_model where a model is kept")

    def _drop_model(self, trial_id: str) -> None:
        """Drop what `save_model` has kept."""

    def pre_create_trial(self) -> None:
        """Called before a trial is asked for."""

    def on_trial_begin(self, trial: Trial) -> None:
        """Called before a trial runs."""

    def on_trial_end(self, trial: Trial) -> None:
        """Called after a trial has run; notes it."""
        self.oracle.end_trial(trial)
        self._with_model.add(trial.trial_id)
        self._drop_models()
        if self._budget is not None or self.get_state():
            self._save_state()

    def on_search_begin(self) -> None:
        """Called when a search begins."""

    def on_search_end(self) -> None:
        """Called when a search has ended."""

    # What came of it.

    def get_best_models(self, num_models: int = 1) -> list[Any]:
        """Return the trained models of the best trials, best first.

        Args:
            num_models: How many.
        """
        return [self.load_model(trial) for trial in self.oracle.get_best_trials(num_models)]

    def get_best_hyperparameters(self, num_trials: int = 1) -> list[HyperParameters]:
        """Return the hyperparameters of the best trials, best first.

        Args:
            num_trials: How many.
        """
        return [trial.hyperparameters for trial in self.oracle.get_best_trials(num_trials)]

    def get_best_step(self) -> int | None:
        """Return the epoch, from 0, at which the best trial was best, or None where no trial is completed."""
        best = next(iter(self.oracle.get_best_trials()), None)
        return int(best.best_step) if best is not None and best.status == TrialStatus.COMPLETED else None

    def search_space_summary(self, extended: bool = False) -> None:
        """Print the entries of the space.

        Args:
            extended: Whether to name the conditions of entries in words too.
        """
        space = self.oracle.get_space().space
        lines = ["Search space summary", f"Default search space size: {len(space)}"]
        for entry in space:
            config = entry.get_config()
            lines += [f"{config.pop('name')} ({type(entry).__name__})", str(config)]
            if extended:
                lines += [f"  where {one.name} in {list(one.values)}" for one in entry.conditions]
        print("\n".join(lines))  # noqa: T201 - what it is for

    def results_summary(self, num_trials: int = 10) -> None:
        """Print the best trials: values, score, and why one failed.

        Args:
            num_trials: How many.
        """
        lines = [f"Results in {self.project_dir}", f"Showing {num_trials} best trials", str(self.oracle.objective)]
        print("\n".join(["Results summary", *lines]))  # noqa: T201 - what it is for
        for trial in self.oracle.get_best_trials(num_trials):
            print()  # noqa: T201
            trial.summary()

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row per trial: state, score, time, metrics, and its values, empty where not active."""
        trials = list(self.oracle.trials.values())
        table = trials_table([record_of(trial) for trial in trials]).drop(columns=["phase", "origin"], errors="ignore")
        metrics = pd.DataFrame(
            [{name: trial.metrics.get_best_value(name) for name in trial.metrics.metrics} for trial in trials]
        )
        return table.join(metrics[[name for name in metrics.columns if name not in table.columns]])

    def enqueue(self, values: Mapping[str, Any] | HyperParameters) -> None:
        """Try these values before all that the oracle would propose itself.

        Args:
            values: Name to value; what is missing takes its default.

        Raises:
            FatalValueError: If the oracle takes none.
            SpaceError: If a name or a value is not of the space.
        """
        enqueue = getattr(self.oracle, "enqueue", None)
        if enqueue is None:
            got = f"{type(self.oracle).__name__} takes no values to try"
            raise FatalValueError(got, expected="an oracle with `enqueue`", fix="use one of this package's oracles")
        enqueue(values.values if isinstance(values, HyperParameters) else values)

    @property
    def remaining_trials(self) -> int | None:
        """How many trials are left, None where there is no limit."""
        return self.oracle.remaining_trials()

    # What is kept.

    def get_state(self) -> dict[str, Any]:
        """Return what a subclass wants to be kept: plain JSON-ready data."""
        return {}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Take over what `get_state` gave."""

    def save(self) -> None:
        """Write the oracle, its trials, and this tuner."""
        self.oracle.save()
        self._save_state()

    def _save_state(self) -> None:
        self.oracle.save_tuner({**self.get_state(), _SECONDS: self._clock.elapsed()})

    def reload(self) -> None:
        """Go on from what was written."""
        self.oracle.reload()
        state = self.oracle.load_tuner()
        self._clock = Clock(state.pop(_SECONDS, 0.0))
        self._with_model = set(self.oracle.end_order)
        self.set_state(state)

    def _drop_models(self) -> None:
        """Drop the models of trials that are neither among the best nor may be gone on with."""
        if self._keep_models is None:
            return
        best = {trial.trial_id for trial in self.oracle.get_best_trials(self._keep_models)}
        for trial_id in sorted(self._with_model - best):
            if not self.oracle.may_continue(trial_id):
                self._drop_model(trial_id)
                self._with_model.remove(trial_id)

    @property
    def _folder(self) -> Path:
        return Path(self.directory) / self.project_name

    @property
    def project_dir(self) -> str:
        """The project's folder, made if it is not there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return str(self._folder)

    def get_trial_dir(self, trial_id: str) -> str:
        """Return the folder of a trial, made if it is not there."""
        folder = self._trial_folder(trial_id)
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder)

    def _trial_folder(self, trial_id: str) -> Path:
        return self._folder / f"trial_{trial_id}"


def _remove(folder: Path, project: Project) -> None:
    """Remove a project; a folder that is something else stays."""
    if not folder.exists():
        return
    if not project.exists and not (folder / _OF_KERAS_TUNER).exists() and any(folder.iterdir()):
        raise RunFolderError(
            f"{folder} is no project of a tuner, and overwrite=True would remove it",
            expected="a project, an empty folder, or none",
            fix="choose another project_name",
        )
    shutil.rmtree(folder)
