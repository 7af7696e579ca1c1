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
        gc.freeze()  # what is imported by now outlives the search; to look it through costs 0.2 to 0.8 s a trial

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
        return self.begin(candidate, splits, limits, phase=phase)()

    def begin(
        self, candidate: Candidate, splits: Sequence[Split], limits: Limits, *, phase: Phase = "search"
    ) -> Callable[[], Trial]:
        """Build what `trial` trains, in the caller's thread; the function returned trains it, in any thread."""
        started = time.monotonic()
        try:
            run = self._begin_folds(candidate, splits, limits)
        except Exception as error:  # noqa: BLE001 - one bad candidate is a failed trial, not the end of the search
            failed, took = _failed(candidate, error), time.monotonic() - started
            return lambda: replace(failed, phase=phase, seconds=took)
        began = time.monotonic() - started

        def train() -> Trial:
            started = time.monotonic()
            try:
                trial = run()
            except Exception as error:  # noqa: BLE001 - as above
                trial = _failed(candidate, error)
            gc.collect()  # Keras models hold reference cycles; without this, memory grows over trials
            return replace(trial, phase=phase, seconds=began + time.monotonic() - started)

        return train

    def _begin_folds(self, candidate: Candidate, splits: Sequence[Split], limits: Limits) -> Callable[[], Trial]:
        hp = values_of(candidate, self.dataset)
        recipe = replace(trunk.recipe(hp, self.dataset.spec), seed=self.seed + 1000 * candidate.number)
        encoded = [self._encode(hp, split) for split in splits]
        with seeded(recipe.seed):
            model = trunk.build(hp, self.dataset.spec, _shapes(encoded[0][1]))
        seconds = _fold_seconds(limits.seconds, len(splits))
        folds = []
        for split, (frame, rows) in zip(splits, encoded, strict=True):
            train, validation = (replace(rows, index=index) for index in (split.train, split.validation))
            job = Job(
                train=train,
                validation=validation,
                recipe=recipe,
                seconds=seconds,
                on_epoch=limits.on_epoch,
                should_stop=limits.should_stop,
            )
            folds.append((split, frame, self.engine.begin(model, job)))
        params = _parameters(model)

        def run() -> Trial:
            trainings, held = [], []
            for split, frame, begun in folds:
                trained = begun()
                training, outputs = trained.training, trained.outputs
                if training.stopped == "interrupted" or training.best_epoch == 0 or outputs is None:
                    return _ended(candidate, training)
                trainings.append(training)
                held.append((split.validation, self._decoded(frame, outputs, split.validation)))
            return self._scored(candidate, trainings, held, params)

        return run

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

    def _decoded(self, frame: frames.Frame, outputs: NDArray[Any], index: Indices) -> NDArray[Any]:
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
        hp = values_of(candidate, self.dataset)
        frame, encoded = self._encode(hp, Split(train=rows, validation=rows[:0]))
        with seeded(self.seed):
            model = trunk.build(hp, self.dataset.spec, _shapes(encoded))
        recipe = replace(trunk.recipe(hp, self.dataset.spec), seed=self.seed)
        job = Job(
            train=replace(encoded, index=rows),
            validation=None,
            recipe=recipe,
            seconds=limits.seconds,
            stop_after=max(1, round(share * recipe.epochs)),
            on_epoch=limits.on_epoch,
            should_stop=limits.should_stop,
        )
        training = self.engine.begin(model, job)().training
        return Fitted(frame=frame, model=model, training=training)


def values_of(candidate: Candidate, dataset: Dataset) -> HyperParameters:
    """Return the space of `dataset` with the values of `candidate`."""
    hp = HyperParameters()
    hp.values.update(candidate.values)
    trunk.declare(dataset.spec, hp)
    return hp


def _fold_seconds(seconds: float | None, num_folds: int) -> float | None:
    """Return the share of each fold, the same for all, so that they run one schedule; never too little to train."""
    return None if seconds is None else max(_FOLD_SECONDS_AT_LEAST, seconds / num_folds)


def _ended(candidate: Candidate, training: Training) -> Trial:
    if training.stopped == "interrupted":
        return Trial(candidate=candidate, state="interrupted", reason="interrupted by the user")
    reason = "the loss was not a number from the first epoch on"
    return Trial(candidate=candidate, state="failed", reason=reason, trainings=(training,))


def _failed(candidate: Candidate, error: Exception) -> Trial:
    reason = f"{type(error).__name__}: {error}".strip()
    return Trial(candidate=candidate, state="failed", reason=reason[:2000])


def _shapes(rows: Rows) -> dict[str, tuple[int, ...]]:
    return {name: value.shape[1:] for name, value in rows.x.items()}


def _parameters(model: Any) -> int:
    return int(sum(int(np.prod(weight.shape)) for weight in model.trainable_variables))
