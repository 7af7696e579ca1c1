"""Trials as a table: `trials.csv` and the leaderboard."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from layersmith.records import Trial

__all__ = ["trials_table"]


def trials_table(trials: Sequence[Trial]) -> pd.DataFrame:
    """Return one row per trial: what it gave first, then its hyperparameter values, empty where not active.

    Args:
        trials: Trials in any order.
    """
    return pd.DataFrame([_row(trial) for trial in trials])


def _row(trial: Trial) -> dict[str, Any]:
    longest = max((training.epochs for training in trial.trainings), default=0)
    return {
        "trial": trial.number,
        "phase": trial.phase,
        "state": trial.state,
        "score": trial.score,
        "val_loss": trial.loss,
        "seconds": round(trial.seconds, 2),
        "params": trial.params,
        "epochs_run": longest,
        "origin": trial.candidate.origin,
        "reason": trial.reason,
        **trial.candidate.values,
    }
