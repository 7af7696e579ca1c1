"""Candidates in Optuna's words, so that optuna-dashboard shows names, values and ranges as the user wrote them.

    Int      integer, with its step on a linear scale; logarithmic for `log`
    Float    real, with its step on a linear scale; logarithmic for `log`
    Choice, Boolean, Fixed   categories

The exact record of a trial is kept as JSON beside them: the parameters are for looking at.
"""

from collections.abc import Mapping
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from layersmith.records import Value
from layersmith.space import Boolean, Choice, Entry, Fixed, Float, HyperParameters, Int, labels
from layersmith.space.conditions import resolve

__all__ = ["distribution", "parameters"]


def parameters(
    space: HyperParameters, values: Mapping[str, Value]
) -> tuple[dict[str, Any], dict[str, BaseDistribution]]:
    """Return a candidate's parameters and their distributions.

    Args:
        space: The space.
        values: Name to value; what the space does not know, or does not hold in its range, is left out.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Int("units", 8, 64)
        >>> parameters(hp, {"units": 16})[0]
        {'units': 16}
    """
    entries = space.space
    names, params, distributions = dict(zip(entries, labels(entries), strict=True)), {}, {}

    def take(entry: Entry) -> Value:
        value = values.get(entry.name, entry.default)
        if entry.name in values and entry.contains(value):
            params[names[entry]] = entry.value_at(entry.index_of(value)) if entry.size else value
            distributions[names[entry]] = distribution(entry)
        return value

    resolve(entries, take)
    return params, distributions


def distribution(entry: Entry) -> BaseDistribution:
    """Return the distribution that shows an entry.

    Example:
        >>> hp = HyperParameters()
        >>> _ = hp.Int("units", 8, 70, step=8)
        >>> distribution(hp.space[0]).high
        64
    """
    match entry:
        case Int():
            step = (entry.step or 1) if entry.sampling == "linear" else 1
            return IntDistribution(
                entry.min_value, entry.value_at(entry.size - 1), log=entry.sampling == "log", step=step
            )
        case Float():
            step_or_none = entry.step if entry.sampling == "linear" else None
            high = entry.value_at(entry.size - 1) if entry.size else entry.max_value
            return FloatDistribution(entry.min_value, high, log=entry.sampling == "log", step=step_or_none)
        case Choice():
            return CategoricalDistribution(entry.values)
        case Boolean():
            return CategoricalDistribution((False, True))
        case Fixed():
            return CategoricalDistribution((entry.value,))
