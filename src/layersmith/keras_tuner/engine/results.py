"""What a training may return: a number, a dictionary of metrics, a Keras `History`, or a list of these, one per run."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from layersmith.keras_tuner.engine.objective import DefaultObjective, Objective
from layersmith.keras_tuner.engine.trial import Curves
from layersmith.keras_tuner.errors import FatalTypeError, FatalValueError, UnknownMetricError

__all__ = ["check_results", "curves_of", "get_best_step", "metrics_of"]

_NUMBERS = (int, float, np.number)


def check_results(results: Any, objective: Objective, source: str) -> None:
    """Refuse what is no result.

    Args:
        results: What was returned.
        objective: The objective to be found in it.
        source: Who returned it, for the message.

    Raises:
        FatalTypeError: If it is None or of another kind, or no number where no objective was named.
        FatalValueError: If it is a dictionary without the objective.
    """
    if isinstance(results, list):
        for one in results:
            check_results(one, objective, source)
    elif results is None:
        fix = "return what `model.fit` returned, or the metrics"
        raise FatalTypeError(f"{source} returned None", expected="a number, a dictionary or a History", fix=fix)
    elif not isinstance(results, _NUMBERS):
        _check_metrics(results, objective, source)


def _check_metrics(results: Any, objective: Objective, source: str) -> None:
    if isinstance(results, Mapping) and objective.has_value(_with_total(results, objective)):
        return
    if isinstance(objective, DefaultObjective):
        raise FatalTypeError(
            f"{source} returned a {type(results).__name__}, and no objective is named",
            expected="one number where no objective is named",
            fix='return the number to make small, or name the objective, for example objective="val_loss"',
        )
    if isinstance(results, Mapping):
        raise FatalValueError(
            f"{source} returned the metrics {', '.join(map(str, results)) or 'none'}, without {objective}",
            expected="a dictionary with the objective among its keys",
            fix="put the objective in the dictionary, or name another objective",
        )
    if not isinstance(results, keras.callbacks.History):
        raise FatalTypeError(
            f"{source} returned a {type(results).__name__}",
            expected="a number, a dictionary of metrics, a keras.callbacks.History, or a list of these",
            fix="return one of these",
        )


def metrics_of(results: Any, objective: Objective) -> dict[str, float]:
    """Return metrics by name: of a History those of its best epoch, of a list the means.

    Raises:
        UnknownMetricError: If a History does not tell the objective.

    Example:
        >>> metrics_of([{"val_loss": 0.5}, {"val_loss": 0.25}], Objective("val_loss", "min"))
        {'val_loss': 0.375}
    """
    if isinstance(results, list):
        found = [metrics_of(one, objective) for one in results]
        names = dict.fromkeys(name for one in found for name in one)
        return {name: float(np.mean([one[name] for one in found if name in one])) for name in names}
    if isinstance(results, _NUMBERS):
        return {objective.name: float(results)}
    if isinstance(results, Mapping):
        return _with_total(results, objective)
    return _with_total(_epochs(results)[_best_epoch(results, objective)], objective)


def get_best_step(results: Any, objective: Objective) -> int:
    """Return the best epoch, from 0: that of a History, the mean over a list, 0 of anything else."""
    if isinstance(results, list):
        return int(np.mean([get_best_step(one, objective) for one in results]))
    return _best_epoch(results, objective) if isinstance(results, keras.callbacks.History) else 0


def curves_of(results: Any) -> list[Curves]:
    """Return the epochs of each run; a run that returned no History has one epoch, or none.

    Example:
        >>> curves_of([{"val_loss": 0.5}, 0.25])
        [{'val_loss': [0.5]}, {}]
    """
    if isinstance(results, list):
        return [curves for one in results for curves in curves_of(one)]
    if isinstance(results, keras.callbacks.History):
        return [{name: [float(value) for value in values] for name, values in results.history.items()}]
    return [{name: [float(value)] for name, value in results.items()} if isinstance(results, Mapping) else {}]


def _with_total(metrics: Mapping[str, Any], objective: Objective) -> dict[str, float]:
    """Add the sum of several objectives under its name."""
    if objective.name in metrics or not objective.has_value(metrics):
        return dict(metrics)
    return {**metrics, objective.name: objective.get_value(metrics)}


def _epochs(history: Any) -> list[dict[str, float]]:
    length = max(map(len, history.history.values()), default=0)
    return [
        {name: float(values[epoch]) for name, values in history.history.items() if epoch < len(values)}
        for epoch in range(length)
    ]


def _best_epoch(history: Any, objective: Objective) -> int:
    told = {epoch: logs for epoch, logs in enumerate(_epochs(history)) if objective.has_value(logs)}
    if not told:
        raise UnknownMetricError(
            f"training did not report {objective}",
            expected=f"one of: {', '.join(history.history) or 'at least one epoch'}",
            fix="name one of these as the objective, or give the search what it needs, such as validation_data",
        )
    best = next(iter(told))
    for epoch, logs in told.items():
        if objective.better_than(objective.get_value(logs), objective.get_value(told[best])):
            best = epoch
    return best
