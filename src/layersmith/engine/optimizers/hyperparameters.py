"""The numbers of an optimizer: read from its configuration, changed between epochs, given to the program as float32.

Keras computes `1 - beta` of some rules in double precision, which in float32 would be off by five digits for 0.999.
Such a number `x` is therefore accompanied by `one_minus_x`; change numbers through `changed`, which keeps the two
together.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from layersmith.errors import lookup

__all__ = ["changed", "to_runtime", "with_complements"]


def with_complements(numbers: Mapping[str, float], names: Iterable[str]) -> dict[str, float]:
    """Return the numbers, and `one_minus_x` for each `x` in `names`.

    Example:
        >>> with_complements({"rho": 0.75}, ["rho"])
        {'rho': 0.75, 'one_minus_rho': 0.25}
    """
    return {**numbers, **{f"one_minus_{name}": 1 - numbers[name] for name in names}}


def changed(numbers: Mapping[str, float], changes: Mapping[str, float]) -> dict[str, float]:
    """Return `numbers` with other values, and with the complements that belong to them.

    Args:
        numbers: What `resolve_optimizer` gave.
        changes: New values by name; every name must be in `numbers`.

    Raises:
        UnknownNameError: If the optimizer has no number of that name.

    Example:
        >>> changed({"learning_rate": 0.1, "rho": 0.75, "one_minus_rho": 0.25}, {"rho": 0.5})
        {'learning_rate': 0.1, 'rho': 0.5, 'one_minus_rho': 0.5}
    """
    for name in changes:
        lookup(numbers, name, "hyperparameter of the optimizer")
    merged = {**numbers, **{name: float(value) for name, value in changes.items()}}
    return with_complements(merged, [name for name in changes if f"one_minus_{name}" in numbers])


def to_runtime(numbers: Mapping[str, float]) -> dict[str, np.float32]:
    """Return the numbers as float32 scalars, in the form in which a program takes them.

    Example:
        >>> to_runtime({"learning_rate": 0.5})["learning_rate"].dtype.name
        'float32'
    """
    return {name: np.float32(value) for name, value in numbers.items()}
