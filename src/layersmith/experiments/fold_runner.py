"""Trainings over folds: one compiled program for all models that share a signature, one training a core.

A fold's test rows decide nothing: the weights of the last epoch are scored. With patience the number of epochs is found
on a fifth of the fold's training rows; then the model is trained anew on all of them for so many epochs.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from layersmith.engine import Engine, Job, Rows
from layersmith.engine.job import Trained
from layersmith.engine.seeding import seeded
from layersmith.executors import Lineup, LocalExecutor
from layersmith.experiments.about import About, about
from layersmith.experiments.adapted import adapt_to
from layersmith.experiments.answers import answers, finish_of, targets_for
from layersmith.experiments.blueprint import Blueprint, Made
from layersmith.experiments.fold_features import FoldFeatures
from layersmith.experiments.partition import inner_split
from layersmith.experiments.requirements import require_fitting
from layersmith.experiments.sample import Sample
from layersmith.experiments.schedule import Schedule
from layersmith.experiments.unbuilt import build_by_call
from layersmith.records import Split, Training
from layersmith.validation.metrics import metric_named

__all__ = ["FoldRunner", "FoldTraining"]

_SEEDS_APART = 1000  # between two repeats
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, eq=False)
class FoldTraining:
    """What one fold gave.

    Attributes:
        training: How it trained.
        predictions: Answers on the fold's test rows `(test rows, outputs)`; None where training diverged.
        targets: What is true of these rows.
    """

    training: Training
    predictions: NDArray[np.float64] | None
    targets: NDArray[Any]
    _scores: dict[str, float] = field(default_factory=dict, init=False, repr=False)

    def score(self, metric: str) -> float:
        """Return a metric of the predictions, by its name; NaN where training diverged.

        It is computed when it is first asked for: a metric costs as much as an epoch of a small model.
        """
        if self.predictions is None:
            return math.nan
        if metric not in self._scores:
            self._scores[metric] = metric_named(metric).compute(self.targets, self.predictions)
        return self._scores[metric]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Place:
    """A model's turn in a fold."""

    blueprint: Blueprint
    fold: int
    stop_after: int | None = None


class FoldRunner:
    """Trains models on the folds of a sample.

    Args:
        sample: The rows.
        splits: Folds `[repeat][fold]`.
        schedule: How long each trains. A fold's seed is the same for every model.
        metric: Name of the metric that counts, computed of the test rows where a fold is trained.
        engine: What trains.
        preprocessing: A scikit-learn transformer, fitted anew on each fold's training rows; None for none.

    Raises:
        DataError: If `preprocessing` does not suit the rows.
    """

    def __init__(
        self,
        sample: Sample,
        splits: Sequence[Sequence[Split]],
        schedule: Schedule,
        *,
        metric: str,
        engine: Engine,
        preprocessing: Any = None,
    ) -> None:
        self._sample, self._schedule, self._metric = sample, schedule, metric
        self._engine = engine
        self._folds = [split for repeat in splits for split in repeat]
        self._seeds = [
            schedule.seed + _SEEDS_APART * number + fold
            for number, repeat in enumerate(splits)
            for fold in range(len(repeat))
        ]
        self._features = FoldFeatures(sample, self._folds, preprocessing)
        self._one_hot: NDArray[Any] | None = None
        self._checked: tuple[Blueprint, Made, Rows] | None = None  # by the first fold
        self._stop = Event()

    def check(self, blueprint: Blueprint, what: str) -> About:
        """Make a model as the first fold would, before anything is trained, and return what is known of it.

        Args:
            blueprint: Its source.
            what: Which model it is, for messages.

        Raises:
            SpaceError: If it does not suit the rows.
            DataError: If the features have gaps.
        """
        made, rows = self._made(_Place(blueprint=blueprint, fold=0))
        require_fitting(made.model, rows, self._sample.task, self._sample.num_outputs, what)
        recipe = self._schedule.recipe(made.values, seed=self._seeds[0])
        self._checked = blueprint, made, rows
        return about(made.model, self._sample, self._folds[0], batch_size=recipe.batch_size)

    def run(self, blueprints: Mapping[str, Blueprint]) -> dict[str, list[FoldTraining]]:
        """Train every model on every fold, and return by name what each fold gave, in order."""
        places = [
            _Place(blueprint=blueprint, fold=fold)
            for blueprint in blueprints.values()
            for fold in range(len(self._folds))
        ]
        if self._schedule.patience:
            lengths = list(self._in_turn(map(self._begin_watched, places)))
            places = [replace(place, stop_after=length) for place, length in zip(places, lengths, strict=True)]
        found = list(self._in_turn(map(self._begin, places)))
        each = len(self._folds)
        return {name: found[at * each : (at + 1) * each] for at, name in enumerate(blueprints)}

    def _begin_watched(self, place: _Place) -> Callable[[], int | None]:
        """Begin a training on four fifths of a fold's training rows; it gives the epoch that was best on the rest."""
        made, rows = self._made(place)
        seed = self._seeds[place.fold]
        inner = inner_split(self._sample, self._folds[place.fold], seed=seed)
        recipe = replace(self._schedule.recipe(made.values, seed=seed), keep="best")
        begun = self._engine.begin(made.model, self._job(rows, inner, recipe=recipe))
        return lambda: begun().training.best_epoch or None

    def _begin(self, place: _Place) -> Callable[[], FoldTraining]:
        made, rows = self._made(place)
        finish = finish_of(made.model, self._sample.task)
        recipe = self._schedule.recipe(made.values, seed=self._seeds[place.fold])
        job = self._job(rows, self._folds[place.fold], recipe=recipe, stop_after=place.stop_after)
        begun = self._engine.begin(made.model, job)
        return lambda: self._answered(begun(), finish, self._folds[place.fold].validation)

    def _job(self, rows: Rows, split: Split, **how: Any) -> Job:
        train, validation = (replace(rows, index=index) for index in (split.train, split.validation))
        return Job(train=train, validation=validation, should_stop=self._stop.is_set, **how)

    def _made(self, place: _Place) -> tuple[Made, Rows]:
        """Return a fold's model, built and adapted to its training rows, and the rows as it takes them.

        The one that was checked last is not built again, as its training comes first where there is only one.
        """
        if self._checked is not None and self._checked[0] is place.blueprint and place.fold == 0:
            (_, made, rows), self._checked = self._checked, None
            return made, rows
        sample, features = self._sample, self._features.of(place.fold)
        made = place.blueprint.make(self._seeds[place.fold])
        model = made.model
        with seeded(self._seeds[place.fold]):
            build_by_call(model, features)
        adapt_to(model, features, self._folds[place.fold].train)
        targets = targets_for(model, sample.task, sample.num_outputs, sample.targets)
        if targets is not sample.targets:  # one array for all, which the engine places on the device once
            targets = self._one_hot = targets if self._one_hot is None else self._one_hot
        return made, Rows(x=features, y=targets)

    def _answered(self, trained: Trained, finish: Callable[[Any], Any] | None, test: NDArray[Any]) -> FoldTraining:
        """Return what a training gave, scored on the rows `test`."""
        training, predictions = trained.training, None
        if training.stopped != "diverged" and trained.outputs is not None:
            predictions = np.asarray(answers(trained.outputs, finish), np.float64)
        found = FoldTraining(training=training, predictions=predictions, targets=self._sample.targets[test])
        found.score(self._metric)
        return found

    def _in_turn(self, tasks: Iterator[Callable[[], T]]) -> Iterator[T]:
        """Run tasks, one a core, and yield what they give in their order."""
        with LocalExecutor() as executor:
            lineup = Lineup[T](executor, ordered=True)
            try:
                for task in tasks:
                    lineup.add(task)
                    if not lineup.has_room:
                        yield lineup.take()
                while len(lineup):
                    yield lineup.take()
            except BaseException:
                self._stop.set()  # what runs beside it ends too
                raise
