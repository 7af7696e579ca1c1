"""Where candidates are trained: data, engine and metric, and one candidate's way through its folds."""

import gc
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from layersmith.cost import model_cost
from layersmith.data.dataset import Dataset
from layersmith.engine import Engine, Job, Rows
from layersmith.engine.seeding import seeded
from layersmith.records import Candidate, Indices, Phase, Split, Training, Trial
from layersmith.space import HyperParameters
from layersmith.study.architectures import Architectures, FamilyArchitectures
from layersmith.study.costing import Costing
from layersmith.validation.metrics import Metric

__all__ = ["Allowance", "Attempt", "Bench", "Fitted"]

_ENCODED_AT_MOST = 4  # folds whose features are kept
_FOLD_SECONDS_AT_LEAST = 0.5


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What bounds one trial.

    Attributes:
        seconds: Wall-clock seconds it may train, over all folds; None for no limit.
        should_stop: Polled while training.
        on_epoch: Called after each epoch with the epoch, from 1, and its metrics.
        worst_of_best: The worst score of a fold that the best candidate so far has. Who is worse on average after some
            of its folds is not trained on the others: the forgiving rule of Bergman, Purucker and Hutter 2024, "Don't
            waste your time: early stopping cross-validation", arXiv 2405.03389.
    """

    seconds: float | None = None
    should_stop: Callable[[], bool] = lambda: False
    on_epoch: Callable[[int, Mapping[str, float]], None] | None = None
    worst_of_best: float | None = None


class Attempt(Protocol):
    """The training of a candidate that was built, to be called in any thread."""

    def __call__(self, share: float = 1.0) -> Trial:
        """Train up to that share of the planned epochs; called again after a pause, it goes on.

        Args:
            share: Above 0, and 1 for all of them; the trial's state is `paused` where epochs are left.
        """


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """A candidate trained for the user.

    Attributes:
        model: Raw inputs in, answers in the target's own unit out.
        training: How it trained.
    """

    model: Any
    training: Training


class Bench:
    """Trains candidates on one data set.

    Args:
        dataset: Encoded rows.
        engine: What trains.
        metric: The objective.
        seed: Seed of initial weights and shuffling.
        architectures: The models; the families' for the data unless given.
        costing: Holds candidates to limits, and computes the costs that are objectives.
    """

    def __init__(
        self,
        dataset: Dataset,
        engine: Engine,
        metric: Metric,
        *,
        seed: int,
        architectures: Architectures | None = None,
        costing: Costing | None = None,
    ) -> None:
        self.dataset = dataset
        self.engine = engine
        self.metric = metric
        self.seed = seed
        self.architectures = architectures or FamilyArchitectures(dataset)
        self._costing = costing or Costing({})
        self._encoded: OrderedDict[Any, tuple[Any, Rows]] = OrderedDict()

    def trial(
        self,
        candidate: Candidate,
        splits: Sequence[Split],
        allowance: Allowance,
        *,
        phase: Phase = "search",
    ) -> Trial:
        """Train `candidate` once per split and score its pooled validation predictions.

        A candidate that cannot be built or trained gives a failed trial with its reason, never an exception.

        Args:
            candidate: The values to try.
            splits: Rows to train and validate on.
            allowance: What bounds it.
            phase: What the trial is for.
        """
        return self.begin(candidate, splits, allowance, phase=phase)()

    def begin(
        self, candidate: Candidate, splits: Sequence[Split], allowance: Allowance, *, phase: Phase = "search"
    ) -> Attempt:
        """Build what `trial` trains, in the caller's thread; what is returned trains it."""
        started = time.monotonic()
        try:
            run = self._begin_folds(candidate, splits, allowance)
        except Exception as error:  # noqa: BLE001 - one bad candidate is a failed trial, not the end of the search
            failed, took = _failed(candidate, error), time.monotonic() - started
            return lambda share=1.0: replace(failed, phase=phase, seconds=took)
        seconds = time.monotonic() - started

        def train(share: float = 1.0) -> Trial:
            nonlocal seconds
            started = time.monotonic()
            try:
                trial = run(share)
            except Exception as error:  # noqa: BLE001 - as above
                trial = _failed(candidate, error)
            if trial.state != "paused":
                gc.collect()  # Keras models hold reference cycles; without this, memory grows over trials
            seconds += time.monotonic() - started
            return replace(trial, phase=phase, seconds=seconds)

        return train

    def _begin_folds(
        self, candidate: Candidate, splits: Sequence[Split], allowance: Allowance
    ) -> Callable[[float], Trial]:
        architectures = self.architectures
        hp = architectures.values(candidate)
        recipe = replace(architectures.recipe(hp), seed=self.seed + 1000 * candidate.number)
        encoded = [self._encode(hp, split) for split in splits]
        with seeded(recipe.seed):
            model = architectures.build(hp, encoded[0][1])
        estimate = self._costing.estimate(lambda: architectures.assemble(encoded[0][0], hp, model))
        if estimate.refusal:
            refused = _sized(model)(Trial(candidate=candidate, state="refused", reason=estimate.refusal))
            return lambda share: refused
        seconds = _fold_seconds(allowance.seconds, len(splits))
        folds = []
        for split, (frame, rows) in zip(splits, encoded, strict=True):
            train, validation = (replace(rows, index=index) for index in (split.train, split.validation))
            job = Job(
                train=train,
                validation=validation,
                recipe=recipe,
                seconds=seconds,
                on_epoch=allowance.on_epoch,
                should_stop=allowance.should_stop,
            )
            folds.append((split, frame, self.engine.begin(model, job)))
        sized = _sized(model)

        def run(share: float) -> Trial:
            trainings, held = [], []
            for split, frame, begun in folds:
                trained = begun(share)
                training, outputs = trained.training, trained.outputs
                if training.stopped == "interrupted" or training.best_epoch == 0 or outputs is None:
                    return _ended(candidate, training)
                trainings.append(training)
                held.append((split.validation, architectures.decode(frame, outputs, split.validation)))
                if share == 1.0 and len(held) < len(folds) and self._cannot_win(held, allowance.worst_of_best):
                    reason = f"after {len(held)} of {len(folds)} folds it was behind the best one's worst fold"
                    return replace(sized(self._scored(candidate, trainings, held)), state="pruned", reason=reason)
            return _with_costs(_paused(sized(self._scored(candidate, trainings, held))), estimate.values)

        return run

    def _encode(self, hp: HyperParameters, split: Split) -> tuple[Any, Rows]:
        """Return preprocessing and features for a split, kept for the next candidate."""
        key = (split.train.tobytes(), self.architectures.view(hp))
        if key not in self._encoded:
            self._encoded[key] = self.architectures.fit(hp, split.train)
            while len(self._encoded) > _ENCODED_AT_MOST:
                self._encoded.popitem(last=False)
        self._encoded.move_to_end(key)
        return self._encoded[key]

    def _fold_scores(self, held: Sequence[tuple[Indices, NDArray[Any]]]) -> tuple[float, ...]:
        return tuple(self.metric.compute(self.dataset.y[rows], predicted) for rows, predicted in held)

    def _cannot_win(self, held: Sequence[tuple[Indices, NDArray[Any]]], worst_of_best: float | None) -> bool:
        mean = float(np.mean(self._fold_scores(held)))
        if worst_of_best is None or not np.isfinite(mean):
            return False
        return mean < worst_of_best if self.metric.higher_is_better else mean > worst_of_best

    def _scored(
        self,
        candidate: Candidate,
        trainings: Sequence[Training],
        held: Sequence[tuple[Indices, NDArray[Any]]],
    ) -> Trial:
        index = np.concatenate([rows for rows, _ in held])
        predictions = np.concatenate([predicted for _, predicted in held])
        score = self.metric.compute(self.dataset.y[index], predictions)
        if not np.isfinite(score):
            reason = f"{self.metric.name} on the validation rows is {score}"
            return Trial(candidate=candidate, state="failed", reason=reason, trainings=tuple(trainings))
        losses = [training.curves["val_loss"][training.best_epoch - 1] for training in trainings]
        return Trial(
            candidate=candidate,
            score=float(score),
            loss=float(np.mean(losses)),
            trainings=tuple(trainings),
            fold_scores=self._fold_scores(held),
        )

    def refit(self, candidate: Candidate, rows: Indices, share: float, allowance: Allowance) -> Fitted:
        """Train `candidate` on all of `rows`, for the share of its epochs that its folds found best.

        Args:
            candidate: The winner.
            rows: Every row but the holdout's.
            share: Best epoch over planned epochs, from 0 to 1.
            allowance: What bounds it.
        """
        architectures = self.architectures
        hp = architectures.values(candidate)
        frame, encoded = self._encode(hp, Split(train=rows, validation=rows[:0]))
        with seeded(self.seed):
            model = architectures.build(hp, encoded)
        recipe = replace(architectures.recipe(hp), seed=self.seed)
        job = Job(
            train=replace(encoded, index=rows),
            validation=None,
            recipe=recipe,
            seconds=allowance.seconds,
            stop_after=max(1, round(share * recipe.epochs)),
            on_epoch=allowance.on_epoch,
            should_stop=allowance.should_stop,
        )
        training = self.engine.begin(model, job)().training
        return Fitted(model=architectures.assemble(frame, hp, model), training=training)


def _fold_seconds(seconds: float | None, num_folds: int) -> float | None:
    """Return the share of each fold, the same for all, so that they run one schedule; never too little to train."""
    return None if seconds is None else max(_FOLD_SECONDS_AT_LEAST, seconds / num_folds)


def _paused(trial: Trial) -> Trial:
    """Return a trial as paused where epochs of a fold are left."""
    paused = any(training.stopped == "paused" for training in trial.trainings)
    return replace(trial, state="paused") if paused and trial.state == "complete" else trial


def _with_costs(trial: Trial, costs: tuple[float, ...]) -> Trial:
    return replace(trial, objectives=(trial.score, *costs)) if costs and trial.state == "complete" else trial


def _ended(candidate: Candidate, training: Training) -> Trial:
    if training.stopped == "interrupted":
        return Trial(candidate=candidate, state="interrupted", reason="interrupted by the user")
    reason = "the loss was not a number from the first epoch on"
    return Trial(candidate=candidate, state="failed", reason=reason, trainings=(training,))


def _failed(candidate: Candidate, error: Exception) -> Trial:
    reason = f"{type(error).__name__}: {error}".strip()
    return Trial(candidate=candidate, state="failed", reason=reason[:2000])


def _sized(model: Any) -> Callable[[Trial], Trial]:
    """Return what notes in a trial how large its model is."""
    cost = model_cost(model)
    return partial(replace, params=cost.trainable_params, macs=cost.macs)
