"""The tuner of Keras models."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from layersmith.engine.seeding import seeded
from layersmith.errors import RunFolderError
from layersmith.families.initial import drawn_by_numpy
from layersmith.keras_tuner.engine.base_tuner import BaseTuner
from layersmith.keras_tuner.engine.callbacks import copied, hooks
from layersmith.keras_tuner.engine.hypermodel import HyperModel
from layersmith.keras_tuner.engine.model_checks import check_model, maybe_distribute, num_params, recompile
from layersmith.keras_tuner.engine.results import check_results
from layersmith.keras_tuner.engine.training import compiled_fit
from layersmith.keras_tuner.engine.trial import Trial
from layersmith.keras_tuner.engine.trial_run import CHECKPOINT, TrialRun
from layersmith.keras_tuner.errors import FatalError, FatalValueError, OversizedModelError
from layersmith.space import HyperParameters, imply_conditions

__all__ = ["Tuner", "maybe_distribute"]

_BUILD_CONFIG = "build_config.json"


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
        trial.params = num_params(model)
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
        own = type(self._hypermodel).fit is HyperModel.fit
        folder = Path(self.get_trial_dir(trial.trial_id))
        run = TrialRun(self.oracle.objective, folder, goes_on=own, is_spent=self._is_spent)
        executions = range(self.executions_per_trial)
        results = [run.done(number) or self._execute(run, number, trial, args, kwargs) for number in executions]
        run.close()
        trial.curves = run.curves if any(run.curves) else []
        return results

    def _execute(
        self, run: TrialRun, number: int, trial: Trial, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Any:
        """Build and train once. The one place where a trained candidate is made."""
        with seeded(self.oracle.seed + 1000 * trial.number + number):
            model = self._build_for(trial)
            results = self._train(run, number, trial, model, args, dict(kwargs))
        check_results(results, self.oracle.objective, f"{type(self._hypermodel).__name__}.fit")
        return results

    def _train(
        self, run: TrialRun, number: int, trial: Trial, model: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        built = model.built
        done = run.begin(model)
        if done:
            kwargs["initial_epoch"] = done
        callbacks = copied(kwargs.get("callbacks"), f"{trial.trial_id}/execution{number}")
        kwargs["callbacks"] = [*callbacks, *hooks(self, trial, Tuner), run.callback()]
        try:
            with compiled_fit(model, self._hypermodel.engine):
                results = self._hypermodel.fit(trial.hyperparameters, model, *args, **kwargs)
        except KeyboardInterrupt:
            run.interrupt(model)
            raise
        if not built:
            self._build_config(trial.trial_id).write_text(json.dumps(model.get_build_config()), encoding="utf-8")
        return run.end(model, results)

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
