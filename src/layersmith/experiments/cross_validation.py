"""What cross-validation of one model gave."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layersmith.experiments.about import About
from layersmith.experiments.fold_runner import FoldTraining
from layersmith.experiments.sample import Sample
from layersmith.experiments.words import number, spelled
from layersmith.probes import Facts, Verdict, judge
from layersmith.records import Cost, Interval, Split, Training
from layersmith.validation.aggregate import out_of_fold
from layersmith.validation.metrics import metric_named
from layersmith.validation.resampled import Resampled, held_per_train, resampled

__all__ = ["CrossValidation", "judged"]


@dataclass(frozen=True, kw_only=True, eq=False)
class CrossValidation:
    """Scores of one model over folds, each by the weights of its last epoch, on rows that decided nothing.

    Attributes:
        metric: Name of the metric.
        scores: The metric of each fold `(repeats, folds)`; NaN where training diverged.
        measures: Further metrics of the same predictions by name, `(repeats, folds)` each, computed when asked for.
        predictions: Answers for each row by models that did not train on it, their mean over repeats,
            `(rows, outputs)`; NaN for rows that no fold tested.
        trainings: How each fold trained, `[repeat][fold]`; its `curves` hold the test rows' metrics as `val_...`.
        splits: The folds, `[repeat][fold]`.
        cost: What a prediction costs.
        facts: What the curves are judged by; None where the loss of a constant prediction is not known.
        seconds: Seconds of training, all folds together.
    """

    metric: str
    scores: NDArray[np.float64]
    measures: Mapping[str, NDArray[np.float64]]
    predictions: NDArray[np.float64]
    trainings: Sequence[Sequence[Training]]
    splits: Sequence[Sequence[Split]]
    cost: Cost
    facts: Facts | None
    seconds: float

    @property
    def mean(self) -> float:
        """Mean score over folds and repeats; NaN where a fold diverged."""
        return self._estimate.mean

    @property
    def interval(self) -> Interval:
        """The mean's 95 % interval, corrected for training rows that folds share (`validation.resampled`).

        It ends where the metric does.
        """
        interval, metric = self._estimate.interval(), metric_named(self.metric)
        return replace(interval, low=max(interval.low, metric.least), high=min(interval.high, metric.most))

    @property
    def curves(self) -> list[list[Mapping[str, tuple[float, ...]]]]:
        """Loss and metrics by epoch, `[repeat][fold]`."""
        return [[training.curves for training in repeat] for repeat in self.trainings]

    @property
    def _estimate(self) -> Resampled:
        folds = [split for repeat in self.splits for split in repeat]
        return resampled(self.scores, held_per_train=held_per_train(folds))

    def verdict(self, reachable_loss: float = math.nan) -> Verdict | None:
        """Return how training went: under-fitted, over-fitted, still improving, ..., with causes and advice.

        Args:
            reachable_loss: A test loss that is known to be reachable on these rows, as another model's; without one
                only a model that learned next to nothing is called under-fitted.

        Returns:
            The verdict on the curves of all folds (`layersmith.probes.judge`); None where the loss is not cross-entropy
            or the mean squared error.
        """
        trainings = [training for repeat in self.trainings for training in repeat]
        if self.facts is None or not all(training.curves.get("loss") for training in trainings):
            return None
        return judge(trainings, replace(self.facts, reachable_loss=reachable_loss))

    @property
    def test_loss(self) -> float:
        """Mean loss on the test rows after the last epoch; NaN where none was computed."""
        return float(np.mean([curves["val_loss"][-1] for repeat in self.curves for curves in repeat]))

    def table(self) -> pd.DataFrame:
        """Return one row per fold: where it stood, how long it trained, its scores."""
        rows = []
        for (repeat, fold), score in np.ndenumerate(self.scores):
            training, split = self.trainings[repeat][fold], self.splits[repeat][fold]
            rows.append(
                {
                    "repeat": repeat + 1,
                    "fold": fold + 1,
                    self.metric: score,
                    **{name: values[repeat, fold] for name, values in self.measures.items()},
                    "train_rows": len(split.train),
                    "test_rows": len(split.validation),
                    "epochs": training.epochs,
                    "seconds": round(training.seconds, 3),
                    "stopped": training.stopped,
                }
            )
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return the answer in words."""
        label, interval = metric_named(self.metric).label, self.interval
        repeats, folds = self.scores.shape
        first = self.trainings[0][0]
        often = f", {repeats} times" if repeats > 1 else ""
        also = ", ".join(
            f"{metric_named(name).label} {number(values.mean())}" for name, values in self.measures.items()
        )
        lines = [
            f"{label} {number(self.mean)} (95 % interval {spelled(interval)}), mean of {folds} folds{often}",
            f"folds: {', '.join(number(score) for score in self.scores.ravel())}",
            f"also: {also}",
            f"{self.cost.params:,} parameters, {self.cost.macs:,} multiply-accumulates; "
            f"{self.seconds:.2g} s of training, {first.engine}",
            *self._diverged(),
            *_advice(self.verdict()),
        ]
        if first.fallback:
            lines.append(f"trained by model.fit: {first.fallback}")
        return "\n".join(lines)

    def _diverged(self) -> list[str]:
        return [
            f"repeat {repeat + 1}, fold {fold + 1} diverged in epoch {self.trainings[repeat][fold].epochs}: "
            "lower the learning rate"
            for repeat, fold in np.argwhere(np.isnan(self.scores))
            if self.trainings[repeat][fold].stopped == "diverged"
        ]


def _advice(verdict: Verdict | None) -> list[str]:
    return [] if verdict is None else [verdict.words, *verdict.advice]


def judged(
    sample: Sample,
    splits: Sequence[Sequence[Split]],
    found: Sequence[FoldTraining],
    *,
    metrics: Sequence[str],
    about: About,
) -> CrossValidation:
    """Gather what the folds of one model gave.

    Args:
        sample: The rows.
        splits: Folds `[repeat][fold]`.
        found: What each fold gave, in order.
        metrics: Names of the metrics, the one that counts first.
        about: What was known of the model before it trained.
    """
    folds = [split for repeat in splits for split in repeat]
    shape = len(splits), len(splits[0])
    trainings = [fold.training for fold in found]
    return CrossValidation(
        metric=metrics[0],
        scores=_table(found, metrics[0], shape),
        measures=_Measures(found, metrics[1:], shape),
        predictions=_predictions(sample, folds, found),
        trainings=[trainings[start : start + shape[1]] for start in range(0, len(trainings), shape[1])],
        splits=splits,
        cost=about.cost,
        facts=about.facts,
        seconds=sum(training.seconds for training in trainings),
    )


def _table(found: Sequence[FoldTraining], metric: str, shape: tuple[int, int]) -> NDArray[np.float64]:
    return np.reshape([fold.score(metric) for fold in found], shape)


class _Measures(Mapping[str, NDArray[np.float64]]):
    """Metrics by name, `(repeats, folds)` each, computed when they are asked for."""

    def __init__(self, found: Sequence[FoldTraining], names: Sequence[str], shape: tuple[int, int]) -> None:
        self._found, self._names, self._shape = found, tuple(names), shape

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        if name not in self._names:
            raise KeyError(name)
        return _table(self._found, name, self._shape)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return repr(dict(self))


def _predictions(sample: Sample, folds: Sequence[Split], found: Sequence[FoldTraining]) -> NDArray[np.float64]:
    parts = [
        (split.validation, fold.predictions)
        for split, fold in zip(folds, found, strict=True)
        if fold.predictions is not None
    ]
    whole = np.full((len(sample.targets), sample.num_outputs), np.nan)
    if parts:
        rows, values = out_of_fold(parts)
        whole[rows] = values
    return whole
