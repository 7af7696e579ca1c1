"""What candidates are called."""

from collections.abc import Mapping, Sequence

from layersmith.families import Established
from layersmith.records import Candidate, Value

__all__ = ["name_of", "values_name"]

_SHOWN = 4  # values in a name


def name_of(candidate: Candidate, portfolio: Sequence[Established]) -> str:
    """Return what a candidate is called: its published name, its family and style, or its values.

    Example:
        >>> name_of(Candidate(values={"family": "dense", "dense/style": "residual"}, origin="tpe"), [])
        'residual dense network'
    """
    values = candidate.values
    for entry in portfolio:
        if all(values.get(name) == value for name, value in entry.values.items() if name in values):
            return entry.name
    family = values.get("family")
    if family is None:
        return values_name(values)
    style = values.get(f"{family}/style", values.get(f"{family}/cell"))
    return f"{style} {family} network" if style else f"{family} network"


def values_name(values: Mapping[str, Value]) -> str:
    """Return the first values of a candidate as its name.

    Example:
        >>> values_name({"units": 64, "rate": 0.0012345})
        'units=64, rate=0.00123'
    """
    shown = [f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={value}" for name, value in values.items()]
    return ", ".join(shown[:_SHOWN]) + (", …" if len(shown) > _SHOWN else "") if shown else "the model"
