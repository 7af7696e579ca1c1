"""The tuner of Keras models."""

import json
import os
import threading
import time
from collections.abc import Callable, Generator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import keras

from layersmith.cost import model_cost
from layersmith.engine.seeding import seeded
from layersmith.errors import RunFolderError
from layersmith.families.initial import drawn_by_numpy
from layersmith.keras_tuner.engine.ahead import Stopped, run_ahead, says_epochs
from layersmith.keras_tuner.engine.base_tuner import BaseTuner
from layersmith.keras_tuner.engine.callbacks import copied, hooks
from layersmith.keras_tuner.engine.hypermodel import HyperModel, tuned
from layersmith.keras_tuner.engine.model_checks import check_model, maybe_distribute, recompile
from layersmith.keras_tuner.engine.results import check_results
from layersmith.keras_tuner.engine.training import compiled_fit
from layersmith.keras_tuner.engine.trial import Status, Trial
from layersmith.keras_tuner.engine.trial_run import CHECKPOINT, OnEpoch, TrialRun
from layersmith.keras_tuner.errors import FatalError, FatalValueError, OversizedModelError
from layersmith.space import HyperParameters, imply_conditions

__all__ = ["Tuner", "maybe_distribute"]

_BUILD_CONFIG = "build_config.json"
_ALONE = (  # callbacks that know their own training only, and write no file
    keras.callbacks.EarlyStopping,
    keras.callbacks.LearningRateScheduler,
    keras.callbacks.ReduceLROnPlateau,
    keras.callbacks.TerminateOnNaN,
)


class Tuner(BaseTuner):
    """Builds and trains Keras models.

    A subclass may override `run_trial`, which need not train a model at all.

    Attributes:
        max_model_size: Parameters that a model may have.
        optimizer: What models are compiled with in place of their own optimizer.
        loss: Likewise, of the loss.
        metrics: Likewise, of the metrics.
        distribution_strategy: A `tf.distribute.Strategy` in whose scope models are built.
        executions_per_trial: How often each set of values is trained; the mean counts.

    Args:
        oracle: Says which values come next.
        hypermodel: A `HyperModel`, or a function of hyperparameters that returns a compiled model.
        max_model_size: Trainable parameters that a model may have; a larger one is a failed trial.
        optimizer: An optimizer in place of the models' own.
        loss: A loss in place of theirs.
        metrics: Metrics in place of theirs.
        distribution_strategy: A `tf.distribute.Strategy` in whose scope models are built.
        directory: Where projects are.
        project_name: The name of the project's folder there.
        logger: Has no effect.
        tuner_id: Name of this tuner.
        overwrite: Whether to begin anew where there is such a project.
        executions_per_trial: How often each set of values is trained, from new weights each time.
        **kwargs: `budget` and `keep_models`; see `BaseTuner`.

    Raises:
        FatalValueError: If there is no hypermodel, and `run_trial` needs one.
    """

    def __init__(
        self,
        oracle: Any,
        hypermodel: Any = None,
        max_model_size: int | None = None,
        optimizer: Any = None,
        loss: Any = None,
        metrics: Any = None,
        distribution_strategy: Any = None,
        directory: str | os.PathLike[str] | None = None,
        project_name: str | None = None,
        logger: Any = None,
        tuner_id: str | None = None,
        overwrite: bool = False,
        executions_per_trial: int = 1,
        **kwargs: Any,
    ) -> None:
        if hypermodel is None and type(self).run_trial is Tuner.run_trial:
            raise FatalValueError(
                "hypermodel=None",
                expected="a HyperModel or a function build(hp), unless a subclass overrides run_trial",
                fix="give the tuner what builds its models",
            )
        self.max_model_size = max_model_size
        self.optimizer, self.loss, self.metrics = optimizer, loss, metrics
        self.distribution_strategy = distribution_strategy
        self.executions_per_trial = executions_per_trial
        self._stop = threading.Event()  # set where trainings in other threads are to end early
        super().__init__(oracle, hypermodel, directory, project_name, overwrite, logger=logger, **kwargs)
        self.tuner_id = tuner_id or self.tuner_id

    # Building.

    def _build(self, hp: HyperParameters) -> Any:
        """Return the compiled model of some values."""
        with maybe_distribute(self.distribution_strategy):
            model = self._hypermodel.build(hp)
            check_model(model, self.max_model_size)
            recompile(model, optimizer=self.optimizer, loss=self.loss, metrics=self.metrics)
        return model

    def _build_for(self, trial: Trial) -> Any:
        """Return the model of a trial; a failure is noted as one of building."""
        hp = trial.hyperparameters
        hp.requested.clear()
        try:
            model = self._build(hp)
            self._go_on(model, hp)
        except FatalError:
            raise
        except Exception as error:
            trial.unbuilt = "oversized" if isinstance(error, OversizedModelError) else "failed"
            raise
        if self.oracle.allow_new_entries and self.oracle.tune_new_entries:
            imply_conditions(self._explored, self.oracle.get_space(), hp)
        cost = model_cost(model)
        trial.params, trial.macs = cost.trainable_params, cost.macs
        return model

    def _go_on(self, model: Any, hp: HyperParameters) -> None:
        """Give a new model the weights of an earlier trial, if it goes on with one."""

    # Training.

    def run_trial(self, trial: Trial, *args: Any, **kwargs: Any) -> Any:
        """Build and train the model of a trial, as often as `executions_per_trial` says.

        Args:
            trial: It; `trial.hyperparameters` has the values.
            *args: What `search` was given: the arguments of `HyperModel.fit`.
            **kwargs: Likewise.

        Returns:
            What each execution returned. A subclass may return the objective, a dictionary of metrics with it, a Keras
            `History`, or a list of these.
        """
        run = self._trial_run(trial)
        executions = range(self.executions_per_trial)
        results = [run.done(number) or self._begin(run, number, trial, args, kwargs)() for number in executions]
        return self._closed(run, trial, results)

    def _trial_run(self, trial: Trial, on_epoch: OnEpoch | None = None) -> TrialRun:
        folder = Path(self.get_trial_dir(trial.trial_id))
        return TrialRun(
            self.oracle.objective, folder, goes_on=self._has_own_fit, is_spent=self._is_to_end, on_epoch=on_epoch
        )

    def _closed(self, run: TrialRun, trial: Trial, results: list[Any]) -> list[Any]:
        run.close()
        trial.curves = run.curves if any(run.curves) else []
        return results

    def _begin(
        self,
        run: TrialRun,
        number: int,
        trial: Trial,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        *,
        apart: bool = False,
    ) -> Callable[[], Any]:
        """Build a model and return what trains it. The one place where a trained candidate is made.

        Args:
            run: The run of the trial.
            number: The execution.
            trial: The trial.
            args: What `search` was given.
            kwargs: Likewise.
            apart: Whether what is returned may be called in another thread; what can train in this one only is trained
                before it is returned.
        """
        hp, hypermodel = trial.hyperparameters, self._hypermodel

        def fit() -> Any:
            with compiled_fit(model, hypermodel.engine):
                return hypermodel.fit(hp, model, *args, **given)

        with seeded(self.oracle.seed + 1000 * trial.number + number):
            model = self._build_for(trial)
            built = model.built
            hypermodel.engine.expect(hp)
            given = self._given(run, number, trial, model, kwargs)
            ready = hypermodel.prepare_fit(hp, model, *args, **given) if apart else None
            if ready is None:
                results = self._train(run, trial, model, fit, built=built)
                return lambda: results
        return lambda: self._train(run, trial, model, ready.go, built=built)

    def _given(self, run: TrialRun, number: int, trial: Trial, model: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of `fit` for an execution, which goes on where it was interrupted."""
        given, done = self._of_trial(trial, kwargs), run.begin(model)
        if done:
            given["initial_epoch"] = done
        callbacks = copied(given.get("callbacks"), f"{trial.trial_id}/execution{number}")
        return {**given, "callbacks": [*callbacks, *hooks(self, trial, Tuner), run.callback()]}

    def _of_trial(self, trial: Trial, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of `fit` that hold for a trial."""
        del trial
        return dict(kwargs)

    def _train(self, run: TrialRun, trial: Trial, model: Any, fit: Callable[[], Any], *, built: bool) -> Any:
        try:
            results = fit()
            if self._stop.is_set():
                raise Stopped
        except KeyboardInterrupt:
            run.interrupt(model)
            raise
        if not built:
            self._build_config(trial.trial_id).write_text(json.dumps(model.get_build_config()), encoding="utf-8")
        results = run.end(model, results)
        check_results(results, self.oracle.objective, f"{type(self._hypermodel).__name__}.fit")
        return results

    # Several trials at once.

    def _ended(self, fit_args: tuple[Any, ...], fit_kwargs: Mapping[str, Any]) -> Generator[Trial, None, None]:
        """Run trials, several at once where nobody can tell, and yield each as it ends."""
        if not self._may_run_ahead(fit_kwargs):
            yield from super()._ended(fit_args, fit_kwargs)
            return
        self._stop.clear()
        begin = partial(self._begin_ahead, fit_args, fit_kwargs)
        ordered, ahead = self._budget is None, self.oracle.ahead
        yield from run_ahead(self._asked_ahead, begin, self._stop, ordered=ordered, ahead=ahead)

    def _may_run_ahead(self, fit_kwargs: Mapping[str, Any]) -> bool:
        """Return whether no code of the user's would see another trial begin before the last one has ended."""
        callbacks = keras.tree.flatten(fit_kwargs.get("callbacks") or [])
        return (
            _is_ours(self)
            and _is_ours(self.oracle)
            and self._has_own_fit
            and self.executions_per_trial == 1
            and self.distribution_strategy is None
            and all(type(callback) in _ALONE for callback in callbacks)
        )

    def _asked_ahead(self, number: int) -> Trial | None:
        return self._asked(f"{self.tuner_id}/{number}" if number else self.tuner_id)

    def _begin_ahead(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], trial: Trial) -> Callable[[], Status]:
        """Build the model of a trial, and return what trains it and tells the oracle."""
        started = time.monotonic()
        self.on_trial_begin(trial)
        try:
            run = self._begun(trial, args, kwargs)
        except FatalError:
            raise
        except Exception as error:  # noqa: BLE001 - a failed trial, as if it had failed in training
            run = partial(_raise, error)
        trial.seconds += time.monotonic() - started
        return lambda: self._run(trial, run)

    def _begun(self, trial: Trial, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Callable[[], Any]:
        """Do what `run_trial` does up to the training, and return the rest, which may be called in any thread."""
        given = {**self._of_trial(trial, kwargs), "verbose": 0}
        epochs = {"epochs": 1, **tuned(trial.hyperparameters), **given}["epochs"]
        said = says_epochs(trial, epochs) if kwargs.get("verbose", 1) else None
        run = self._trial_run(trial, said)
        done = run.done(0)
        train = self._begin(run, 0, trial, args, given, apart=True) if done is None else lambda: done
        return lambda: self._closed(run, trial, [train()])

    def _is_to_end(self) -> bool:
        return self._is_spent() or self._stop.is_set()

    @property
    def _has_own_fit(self) -> bool:
        return type(self._hypermodel).fit is HyperModel.fit

    def on_epoch_begin(self, trial: Trial, model: Any, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Called when an epoch begins.

        Args:
            trial: The trial that trains.
            model: Its model.
            epoch: The epoch, from 0.
            logs: Metrics.
        """

    def on_epoch_end(self, trial: Trial, model: Any, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Called when an epoch has ended; see `on_epoch_begin`."""

    def on_batch_begin(self, trial: Trial, model: Any, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Called when a batch begins; where it is overridden, training is native.

        Args:
            trial: The trial that trains.
            model: Its model.
            batch: The batch within the epoch, from 0.
            logs: Metrics.
        """

    def on_batch_end(self, trial: Trial, model: Any, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Called when a batch has ended; see `on_batch_begin`."""

    # Models that are kept.

    def save_model(self, trial_id: str, model: Any, step: int = 0) -> None:
        """Keep the weights of a trial's model.

        Args:
            trial_id: Name of the trial.
            model: The trained model.
            step: The epoch it is of; the file is the same for all.
        """
        del step
        self._with_model.add(trial_id)
        model.save_weights(Path(self.get_trial_dir(trial_id)) / CHECKPOINT)

    def load_model(self, trial: Trial) -> Any:
        """Return the model of a trial with the weights of its best epoch.

        Args:
            trial: The trial.

        Raises:
            RunFolderError: If its weights were not kept.
        """
        model = self._build(trial.hyperparameters)
        self._load_weights(model, trial.trial_id)
        return model

    def _load_weights(self, model: Any, trial_id: str) -> None:
        checkpoint, config = self._checkpoint(trial_id), self._build_config(trial_id)
        if not checkpoint.is_file():
            raise RunFolderError(
                f"the weights of trial {trial_id} were not kept, there is no {checkpoint}",
                expected=f"a trial among the best {self._keep_models}, with a model that was trained",
                fix="build the model with `tuner.hypermodel.build(trial.hyperparameters)` and train it, "
                "or give the tuner a larger keep_models",
            )
        with drawn_by_numpy(), maybe_distribute(self.distribution_strategy):
            if not model.built and config.is_file():
                model.build_from_config(json.loads(config.read_text(encoding="utf-8")))
            if model.optimizer is not None:
                model.optimizer.build(model.trainable_variables)  # its state is in the file too
            model.load_weights(checkpoint)

    def _drop_model(self, trial_id: str) -> None:
        self._checkpoint(trial_id).unlink(missing_ok=True)
        self._build_config(trial_id).unlink(missing_ok=True)
        folder = self._trial_folder(trial_id)
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()

    def _checkpoint(self, trial_id: str) -> Path:
        return self._trial_folder(trial_id) / CHECKPOINT

    def _build_config(self, trial_id: str) -> Path:
        return self._trial_folder(trial_id) / _BUILD_CONFIG


def _is_ours(thing: Any) -> bool:
    """Return whether an object's class is of this package: one that derives from it may have code of the user's."""
    return type(thing).__module__.partition(".")[0] == __name__.partition(".")[0]


def _raise(error: Exception) -> NoReturn:
    raise error
