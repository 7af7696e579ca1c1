"""The verdict on a finalist's curves, with what a finished run knows beside them.

Losses are measured against the best constant's: the cross-entropy of the class shares; 1 for amounts, whose targets are
scaled to unit variance. A forecast scales each window by itself, and a user's own model has a loss of its own: there
the constant's loss is not known, and so no verdict is given.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from layersmith.data import Kind, Task
from layersmith.probes import Facts, Verdict, judge
from layersmith.records import Trial, Value
from layersmith.study.outcome import Outcome

__all__ = ["curve_verdict"]

_VALIDATED = 0.2  # share of the rows in a single split
_PENALTIES = ("dropout", "l1", "l2", "weight_decay")


def curve_verdict(outcome: Outcome, trial: Trial) -> Verdict | None:
    """Return how a trial's training went; None where the loss of a constant is not known, or no curve was kept.

    Args:
        outcome: A finished run.
        trial: One of its trials.
    """
    constant = _constant_loss(outcome.data)
    curves = [training.curves.get("loss") for training in trial.trainings]
    if outcome.settings.get("build") or constant is None or not curves or not all(curves):
        return None
    folds = len(trial.trainings)
    rows = int(outcome.data["search_rows"])
    held = max(1, round(rows * (_VALIDATED if folds == 1 else 1 / folds)))
    values = trial.candidate.values
    facts = Facts(
        constant_loss=constant,
        train_rows=max(1, rows - held),
        validation_rows=held,
        batch_size=int(values.get("batch_size") or 32),
        learning_rate=float(values.get("learning_rate") or math.nan),
        params=trial.params,
        constant_accuracy=_largest_share(outcome.data),
        reachable_loss=_reachable(outcome),
        regularised=_is_regularised(values),
    )
    return judge(trial.trainings, facts)


def _constant_loss(data: Mapping[str, Any]) -> float | None:
    if "profile" not in data or data["kind"] == Kind.FORECAST:
        return None
    task = Task(data["task"])
    if not task.is_classification:
        return 1.0
    shares = _shares(data)
    if not len(shares):
        return None
    if task is Task.MULTILABEL:
        shares = np.stack([shares, 1 - shares])
    logs = np.log(np.where(shares > 0, shares, 1.0))
    return float(-(shares * logs).sum(axis=0).mean())


def _shares(data: Mapping[str, Any]) -> Any:
    counts = data["profile"]["class_counts"]
    return np.array([count for _, count in counts]) / max(int(data["rows"]), 1)


def _largest_share(data: Mapping[str, Any]) -> float:
    shares = _shares(data)
    return float(shares.max()) if len(shares) and data["task"] != Task.MULTILABEL else math.nan


def _reachable(outcome: Outcome) -> float:
    """Return the best validation loss of any candidate."""
    losses = [trial.loss for trial in outcome.trials if trial.state == "complete" and math.isfinite(trial.loss)]
    return min(losses, default=math.nan)


def _is_regularised(values: Mapping[str, Value]) -> bool:
    return any(bool(value) for name, value in values.items() if name.rpartition("/")[2] in _PENALTIES)
