"""Limits on what a model may cost: `constraints={"params": 50_000, "latency_ms": 1.0}`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Real

from layersmith.errors import BudgetError, lookup
from layersmith.records import Cost

__all__ = ["Limits", "parse_limits"]

_BOUNDED_BELOW = ("macs", "activation_bytes")  # what unknown parts of a model add to


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that a model may cost; None where there is no limit.

    Attributes:
        params: Values in all weights.
        model_bytes: Bytes of all weights.
        activation_bytes: Bytes alive at once while one row is predicted.
        macs: Multiply-accumulates of one row.
        latency_ms: Milliseconds of a prediction of one row, measured.

    Raises:
        BudgetError: If a limit is not a number above 0.

    Example:
        >>> weights = {"params": 161, "trainable_params": 161, "model_bytes": 644}
        >>> cost = Cost(**weights, macs=144, activation_bytes=96, training_bytes=100)
        >>> Limits(params=100).check(cost)
        'params is 161, over the limit of 100'
    """

    params: float | None = None
    model_bytes: float | None = None
    activation_bytes: float | None = None
    macs: float | None = None
    latency_ms: float | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            _require_positive(field.name, getattr(self, field.name))

    def check(self, cost: Cost) -> str | None:
        """Return why a model is over a limit, None where it is within all; latency is left to `check_latency`.

        A limit that cannot be checked is not kept: where a part of the model is unknown, its multiply-accumulates and
        activations are so too.

        Args:
            cost: What `cost_of` gave.
        """
        for name in ("params", "model_bytes", "activation_bytes", "macs"):
            limit, value = getattr(self, name), getattr(cost, name)
            if limit is not None and value > limit:
                return f"{name} is {value:,}, over the limit of {limit:,}"
            if limit is not None and cost.unknown and name in _BOUNDED_BELOW:
                return f"{name} cannot be held to {limit:,}: {', '.join(cost.unknown)} is not known"
        return None

    def check_latency(self, milliseconds: float) -> str | None:
        """Return why a prediction takes too long, None where it does not.

        Args:
            milliseconds: What `measure_latency` gave.
        """
        if self.latency_ms is None or milliseconds <= self.latency_ms:
            return None
        return f"latency_ms is {milliseconds:.3g}, over the limit of {self.latency_ms:,}"


def parse_limits(constraints: Mapping[str, float]) -> Limits:
    """Return the limits that `constraints` name.

    Args:
        constraints: Name to the most it may be.

    Raises:
        UnknownNameError: If there is no limit of a name.
        BudgetError: If a limit is not a number above 0.

    Example:
        >>> parse_limits({"params": 50_000}).params
        50000
    """
    names = {field.name: field.name for field in fields(Limits)}
    return Limits(**{lookup(names, name, "constraint"): limit for name, limit in constraints.items()})


def _require_positive(name: str, limit: object) -> None:
    if limit is None:
        return
    if isinstance(limit, bool) or not isinstance(limit, Real) or not float(limit) > 0:
        raise BudgetError(
            f"the limit of {name} is {limit!r}", expected="a number above 0", fix=f"give {name} a positive number"
        )
