"""Where candidates are trained: data, engine and metric, and one candidate's way through its folds."""

import gc
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layersmith.cost import cost_of
from layersmith.data.dataset import Dataset
from layersmith.engine import Engine, Job, Rows
from layersmith.engine.seeding import seeded
from layersmith.families import Established, trunk
from layersmith.families import frame as frames
from layersmith.graph import view
from layersmith.records import Candidate, Indices, Phase, Split, Training, Trial
from layersmith.space import HyperParameters
from layersmith.study.scaling import machine_speed, scaled
from layersmith.validation.metrics import Metric

__all__ = ["Bench", "Fitted", "Limits", "values_of"]

_ENCODED_AT_MOST = 4  # folds whose features are kept
_FOLD_SECONDS_AT_LEAST = 0.5


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What bounds one trial.

    Attributes:
        seconds: Wall-clock seconds it may train, over all folds; None for no limit.
        should_stop: Polled while training.
        on_epoch: Called after each epoch with the epoch, from 1, and its metrics.
    """

    seconds: float | None = None
    should_stop: Callable[[], bool] = lambda: False
    on_epoch: Callable[[int, Mapping[str, float]], None] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """A trained trunk with its frame.

    Attributes:
        frame: The fitted preprocessing.
        model: The trained trunk.
        training: How it trained.
    """

    frame: frames.Frame
    model: Any
    training: Training


class Bench:
    """Trains candidates on one data set.

    Args:
        dataset: Encoded rows.
        engine: What trains.
        metric: The objective.
        seed: Seed of initial weights and shuffling.
    """

    def __init__(self, dataset: Dataset, engine: Engine, metric: Metric, *, seed: int) -> None:
        self.dataset = dataset
        self.engine = engine
        self.metric = metric
        self.seed = seed
        self._encoded: OrderedDict[Any, tuple[frames.Frame, Rows]] = OrderedDict()

    def trial(
        self,
        candidate: Candidate,
        splits: Sequence[Split],
        limits: Limits,
        *,
        phase: Phase = "search",
    ) -> Trial:
        """Train `candidate` once per split and score its pooled validation predictions.

        A candidate that cannot be built or trained gives a failed trial with its reason, never an exception.

        Args:
            candidate: The values to try.
            splits: Rows to train and validate on.
            limits: What bounds it.
            phase: What the trial is for.
        """
        started = time.monotonic()
        try:
            with seeded(self.seed + 1000 * candidate.number):
                trial = self._train_folds(candidate, splits, limits)
        except Exception as error:  # noqa: BLE001 - one bad candidate is a failed trial, not the end of the search
            reason = f"{type(error).__name__}: {error}".strip()
            trial = Trial(candidate=candidate, state="failed", reason=reason[:2000])
        gc.collect()  # Keras models hold reference cycles; without this, memory grows over trials
        return replace(trial, phase=phase, seconds=time.monotonic() - started)

    def _train_folds(self, candidate: Candidate, splits: Sequence[Split], limits: Limits) -> Trial:
        hp = values_of(candidate, self.dataset)
        started = time.monotonic()
        model, reset, trainings, held = None, None, [], []
        for fold, split in enumerate(splits):
            frame, rows = self._encode(hp, split)
            if model is None:
                model = trunk.build(hp, self.dataset.spec, {name: value.shape[1:] for name, value in rows.x.items()})
                reset = _state(model)
            else:
                _restore(model, reset)
            left = _fold_seconds(limits.seconds, time.monotonic() - started, len(splits) - fold)
            job = Job(
                train=_take(rows, split.train),
                validation=_take(rows, split.validation),
                recipe=trunk.recipe(hp, self.dataset.spec),
                seconds=left,
                on_epoch=limits.on_epoch,
                should_stop=limits.should_stop,
            )
            training = self.engine.train(model, job)
            if training.stopped == "interrupted" or training.best_epoch == 0:
                return _ended(candidate, training)
            trainings.append(training)
            held.append((split.validation, self._predict(frame, model, job.validation, split.validation)))
        return self._scored(candidate, trainings, held, _parameters(model))

    def _encode(self, hp: HyperParameters, split: Split) -> tuple[frames.Frame, Rows]:
        """Return frame and features for a split, kept for the next candidate."""
        dataset = self.dataset
        key = (split.train.tobytes(), frames.view_of(hp, dataset.spec))
        if key not in self._encoded:
            frame = frames.fit(hp, dataset.spec, dataset.x, dataset.y, split.train)
            features, targets = frames.encode(frame, dataset.x, dataset.y)
            self._encoded[key] = frame, Rows(x=features, y=targets)
            while len(self._encoded) > _ENCODED_AT_MOST:
                self._encoded.popitem(last=False)
        self._encoded.move_to_end(key)
        return self._encoded[key]

    def _predict(self, frame: frames.Frame, model: Any, held: Rows | None, index: Indices) -> NDArray[Any]:
        outputs = self.engine.predict(model, held.x if held is not None else {})
        return frames.decode(frame, outputs, {name: values[index] for name, values in self.dataset.x.items()})

    def _scored(
        self,
        candidate: Candidate,
        trainings: Sequence[Training],
        held: Sequence[tuple[Indices, NDArray[Any]]],
        params: int,
    ) -> Trial:
        index = np.concatenate([rows for rows, _ in held])
        predictions = np.concatenate([predicted for _, predicted in held])
        score = self.metric.compute(self.dataset.y[index], predictions)
        if not np.isfinite(score):
            reason = f"{self.metric.name} on the validation rows is {score}"
            return Trial(candidate=candidate, state="failed", reason=reason, trainings=tuple(trainings), params=params)
        losses = [training.curves["val_loss"][training.best_epoch - 1] for training in trainings]
        return Trial(
            candidate=candidate,
            score=float(score),
            loss=float(np.mean(losses)),
            trainings=tuple(trainings),
            params=params,
        )

    def scaled(self, portfolio: Sequence[Established], *, rows: int, seconds: float) -> tuple[Established, ...]:
        """Return the published architectures, each as wide as `seconds` of one training on `rows` rows allow."""
        speed, found = machine_speed(), []
        for entry in portfolio:
            hp = values_of(Candidate(values=entry.values, origin=""), self.dataset)
            model = trunk.build(hp, self.dataset.spec, self._shapes(hp))
            macs = cost_of(view(model)).macs
            found.append(scaled(entry, hp.values, macs=macs, rows=rows, seconds=seconds, speed=speed))
        return tuple(found)

    def _shapes(self, hp: HyperParameters) -> dict[str, tuple[int, ...]]:
        """Return the shapes of a trunk's inputs."""
        rows = np.arange(min(2, len(self.dataset.y)))
        few = {name: values[rows] for name, values in self.dataset.x.items()}
        frame = frames.fit(hp, self.dataset.spec, few, self.dataset.y[rows], rows)
        features, _ = frames.encode(frame, few, self.dataset.y[rows])
        return {name: value.shape[1:] for name, value in features.items()}

    def refit(self, candidate: Candidate, rows: Indices, share: float, limits: Limits) -> Fitted:
        """Train `candidate` on all of `rows`, for the share of its epochs that its folds found best.

        Args:
            candidate: The winner.
            rows: Every row but the holdout's.
            share: Best epoch over planned epochs, from 0 to 1.
            limits: What bounds it.
        """
        with seeded(self.seed):
            hp = values_of(candidate, self.dataset)
            frame, encoded = self._encode(hp, Split(train=rows, validation=rows[:0]))
            model = trunk.build(hp, self.dataset.spec, {name: value.shape[1:] for name, value in encoded.x.items()})
            recipe = trunk.recipe(hp, self.dataset.spec)
            job = Job(
                train=_take(encoded, rows),
                validation=None,
                recipe=recipe,
                seconds=limits.seconds,
                stop_after=max(1, round(share * recipe.epochs)),
                on_epoch=limits.on_epoch,
                should_stop=limits.should_stop,
            )
            training = self.engine.train(model, job)
        return Fitted(frame=frame, model=model, training=training)


def values_of(candidate: Candidate, dataset: Dataset) -> HyperParameters:
    """Return the space of `dataset` with the values of `candidate`."""
    hp = HyperParameters()
    hp.values.update(candidate.values)
    trunk.declare(dataset.spec, hp)
    return hp


def _fold_seconds(seconds: float | None, elapsed: float, num_folds: int) -> float | None:
    """Return the fair share of one of `num_folds` folds yet to train; never so little that nothing is trained."""
    return None if seconds is None else max(_FOLD_SECONDS_AT_LEAST, (seconds - elapsed) / num_folds)


def _ended(candidate: Candidate, training: Training) -> Trial:
    if training.stopped == "interrupted":
        return Trial(candidate=candidate, state="interrupted", reason="interrupted by the user")
    reason = "the loss was not a number from the first epoch on"
    return Trial(candidate=candidate, state="failed", reason=reason, trainings=(training,))


def _take(rows: Rows, index: Indices) -> Rows:
    return Rows(x={name: values[index] for name, values in rows.x.items()}, y=rows.y[index])


def _parameters(model: Any) -> int:
    return int(sum(int(np.prod(weight.shape)) for weight in model.trainable_variables))


def _state(model: Any) -> tuple[list[Any], list[Any]]:
    """Return initial weights and optimizer state, so that the next fold starts afresh in the same compiled program."""
    model.optimizer.build(model.trainable_variables)
    return [np.array(w) for w in model.get_weights()], [np.array(v) for v in model.optimizer.variables]


def _restore(model: Any, state: Any) -> None:
    weights, optimizer = state
    model.set_weights(weights)
    for variable, value in zip(model.optimizer.variables, optimizer, strict=True):
        variable.assign(value)
