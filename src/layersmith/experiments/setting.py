"""What an experiment needs beside its models: rows, folds, metrics and the runner that trains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from layersmith.data.spec import Kind
from layersmith.engine.auto import AutoEngine
from layersmith.experiments.blueprint import Blueprint
from layersmith.experiments.cross_validation import CrossValidation, judged
from layersmith.experiments.fold_runner import FoldRunner
from layersmith.experiments.partition import partition
from layersmith.experiments.sample import Sample, read_sample
from layersmith.experiments.schedule import Schedule
from layersmith.records import Split
from layersmith.validation.metrics import default_metric, metric_for, report_metrics

__all__ = ["How", "Setting", "setting_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Setting:
    """The same rows, folds, seeds and metrics for every model of an experiment.

    Attributes:
        sample: The rows.
        splits: Folds `[repeat][fold]`.
        metrics: Names of the metrics, the one that counts first.
        engine: What trains.
        runner: What trains on the folds, by `engine`.
    """

    sample: Sample
    splits: Sequence[Sequence[Split]]
    metrics: Sequence[str]
    engine: AutoEngine
    runner: FoldRunner

    def cross_validated(self, blueprints: Mapping[str, Blueprint]) -> dict[str, CrossValidation]:
        """Check every model, then train all of them on every fold, and return what each gave by name.

        Raises:
            SpaceError: If a model does not suit the rows; nothing is trained then.
        """
        known = {name: self.runner.check(blueprint, name) for name, blueprint in blueprints.items()}
        try:
            found = self.runner.run(blueprints)
        finally:
            self.engine.forget()
        return {
            name: judged(self.sample, self.splits, trained, metrics=self.metrics, about=known[name])
            for name, trained in found.items()
        }


class How(TypedDict, total=False):
    """What the verbs of experiments take beside data and folds; `cross_validate` says what each means."""

    epochs: int | None
    batch_size: int | None
    patience: int
    objective: str | None
    preprocessing: Any
    target: str | None
    task: str | None
    seed: int


def setting_of(
    x: Any,
    y: Any,
    *,
    pads: bool,
    folds: Any = 5,
    repeats: int = 1,
    groups: Any = None,
    time_ordered: bool = False,
    epochs: int | None = None,
    batch_size: int | None = None,
    patience: int = 0,
    objective: str | None = None,
    preprocessing: Any = None,
    target: str | None = None,
    task: str | None = None,
    seed: int = 0,
) -> Setting:
    """Return the setting of an experiment.

    Args:
        x: Features, as `cross_validate` takes them.
        y: Targets.
        pads: Whether models of other widths and activations are to share compiled programs.
        folds: A number, or a scikit-learn splitter.
        repeats: How often the rows are divided anew.
        groups: Group of each row, or its column.
        time_ordered: Whether rows stand in time order.
        epochs: Epochs of each fold.
        batch_size: Rows per update.
        patience: Epochs without a lower loss on watched training rows; 0 for no end of patience.
        objective: Metric that counts; None for the task's own.
        preprocessing: A scikit-learn transformer.
        target: Column to predict.
        task: What is predicted.
        seed: Seed of everything.

    Raises:
        DataError: If the data cannot be learned from, or preprocessing does not suit them.
        UnknownNameError: If there is no such metric for the task.
        SplitError: If the rows cannot be divided so.
    """
    schedule = Schedule(epochs=epochs, batch_size=batch_size, patience=patience, seed=seed)
    sample = read_sample(x, y, target=target, task=task, groups=groups, time_ordered=time_ordered)
    chosen = _metric(sample, objective)
    splits = partition(sample, folds, repeats=repeats, seed=schedule.seed)
    others = [name for name in report_metrics(sample.task, Kind.TABLE) if name != chosen]
    engine = AutoEngine(pads=pads)
    metrics = [chosen, *others]
    runner = FoldRunner(sample, splits, schedule, metric=chosen, engine=engine, preprocessing=preprocessing)
    return Setting(sample=sample, splits=splits, metrics=metrics, engine=engine, runner=runner)


def _metric(sample: Sample, objective: str | None) -> str:
    if objective:
        return metric_for(objective, sample.task).name
    return default_metric(sample.task, Kind.TABLE, sample.imbalance, sample.targets[sample.rows])
