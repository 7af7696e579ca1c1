"""What is measured on the curves of a training, in units of the loss of the best constant prediction.

Trends are Theil-Sen slopes (Sen 1968, doi 10.1080/01621459.1968.10480934), which single epochs do not move; noise is
the scaled median absolute deviation from that line. The rise since the best epoch is the generalisation loss of
Prechelt, "Early stopping - but when?" (1998, doi 10.1007/3-540-49430-8_3).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.stats import median_abs_deviation, theilslopes

from layersmith.probes.facts import Facts
from layersmith.records import Training

__all__ = ["Measures", "measure", "typical"]

_LATE = 1 / 3  # the part of a training that its trend is read from
_FEWEST = 4  # epochs that a trend needs
_LONG = 8  # epochs in which a curve is near a line
_ERRORS = 2.0  # standard errors that make a fall certain
_END = 10  # the end is the median of so many parts of the epochs

Curve = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Measures of one training, or the medians of several; losses are shares of the constant's, NaN for unknown.

    Attributes:
        facts: What is known beside the curves.
        epochs: Epochs that ran.
        best_epoch: The epoch that was kept.
        finite: 1 where every loss is a number, else 0.
        patient: 1 where training ended because validation no longer improved, else 0.
        start: Training loss of the first epoch.
        train: Training loss at the end.
        validation: Validation loss at the end.
        best: Validation loss of the epoch that was kept.
        fall: What the training loss has fallen by in the last third.
        validation_fall: What the validation loss has fallen by in the last third.
        falls: 1 where the fall of the training loss is more than chance, else 0.
        steadiness: Pace of the training loss in the last third, in units of its mean pace: 1 for a straight line.
        noise: Swing of the training loss from epoch to epoch in the last third.
        accuracy: Best validation accuracy.
        lost_accuracy: What of it is lost at the end.
    """

    facts: Facts
    epochs: float
    best_epoch: float
    finite: float
    patient: float
    start: float
    train: float
    validation: float
    best: float
    fall: float
    validation_fall: float
    falls: float
    steadiness: float
    noise: float
    accuracy: float
    lost_accuracy: float

    @property
    def gap(self) -> float:
        """What validation loss exceeds training loss by, at the end."""
        return self.validation - self.train

    @property
    def rise(self) -> float:
        """What the validation loss has risen by since the epoch that was kept."""
        return self.validation - self.best


def measure(training: Training, facts: Facts) -> Measures:
    """Return the measures of one training.

    Args:
        training: Its record.
        facts: What is known beside it.

    Example:
        >>> curves = {"loss": (1.0, 0.5, 0.25, 0.25, 0.25), "val_loss": (1.0, 0.6, 0.5, 0.6, 0.7)}
        >>> record = Training(curves=curves, best_epoch=3, planned_epochs=5, seconds=1.0, stopped="finished")
        >>> measures = measure(record, Facts(constant_loss=0.5, train_rows=64, validation_rows=16))
        >>> round(measures.gap, 6), round(measures.rise, 6)
        (0.9, 0.4)
    """
    losses = _curve(training.curves, "loss") / facts.constant_loss
    held = _curve(training.curves, "val_loss") / facts.held_unit
    late, held_late = _trend(losses), _trend(held)
    accuracies = _smooth(_accuracies(training.curves))
    start, end = (float(losses[0]), _end(losses)) if len(losses) else (math.nan, math.nan)
    pace = (start - end) * late.share
    return Measures(
        facts=facts,
        epochs=training.epochs,
        best_epoch=training.best_epoch,
        finite=float(bool(len(losses)) and bool(np.isfinite([*losses, *held]).all())),
        patient=float(training.stopped == "patience"),
        start=start,
        train=end,
        validation=_end(held),
        best=float(np.min(held)) if len(held) else math.nan,
        fall=late.fall,
        validation_fall=held_late.fall,
        falls=float(late.certain),
        steadiness=late.fall / pace if pace > 0 else 0.0,
        noise=late.noise,
        accuracy=float(accuracies.max()) if len(accuracies) else math.nan,
        lost_accuracy=float(accuracies.max() - accuracies[-1]) if len(accuracies) else math.nan,
    )


def typical(measures: Sequence[Measures]) -> Measures:
    """Return the median of each measure over several trainings with the same facts, those of folds for instance."""
    names = [field.name for field in fields(Measures) if field.name != "facts"]
    medians = {name: float(np.median([getattr(each, name) for each in measures])) for name in names}
    return Measures(facts=measures[0].facts, **medians)


@dataclass(frozen=True)
class _Trend:
    """The last part of a curve: its fall, whether that is certain, the noise around it, its share of the epochs."""

    fall: float
    certain: bool
    noise: float
    share: float


def _trend(curve: Curve) -> _Trend:
    late = curve[-max(_FEWEST, int(len(curve) * _LATE)) :]
    if len(late) < 2 or not np.isfinite(late).all():
        return _Trend(fall=0.0, certain=False, noise=0.0, share=1.0)
    epochs = np.arange(len(late))
    slope, intercept, *_ = theilslopes(late, epochs)
    noise = _noise(late, intercept + slope * epochs)
    fall, error = -slope * len(late), noise * math.sqrt(12 / len(late))  # the standard error of a line's slope
    return _Trend(fall=fall, certain=fall > _ERRORS * error, noise=noise, share=len(late) / len(curve))


def _noise(late: Curve, line: Curve) -> float:
    """Return the swing around the line, or in few epochs, which bend, that between neighbours."""
    swing = late - line if len(late) >= _LONG else np.diff(late, 2) / math.sqrt(6)  # the deviation of x - 2y + z
    return float(median_abs_deviation(swing, scale="normal")) if len(swing) else 0.0


def _curve(curves: Mapping[str, tuple[float, ...]], name: str) -> Curve:
    return np.asarray(curves.get(name, ()), np.float64)


def _accuracies(curves: Mapping[str, tuple[float, ...]]) -> Curve:
    """Return the validation accuracies, under whichever of Keras' names; empty where there are none."""
    names = [name for name in curves if name.startswith("val_") and name.endswith(("accuracy", "acc"))]
    return _curve(curves, names[0]) if names else np.zeros(0)


def _smooth(curve: Curve) -> Curve:
    """Return means over a tenth of the epochs: one lucky epoch is no best one."""
    width = max(1, len(curve) // _END)
    return np.convolve(curve, np.full(width, 1 / width), mode="valid") if len(curve) else curve


def _end(curve: Curve) -> float:
    return float(np.median(curve[-max(1, len(curve) // _END) :])) if len(curve) else math.nan
