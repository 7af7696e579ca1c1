"""What a family of architectures is."""

from typing import Any, Protocol

from layersmith.data.spec import DataSpec, Kind
from layersmith.families.established import Established
from layersmith.space import HyperParameters

__all__ = ["Family", "Options"]


class Options(Protocol):
    """A family's plain options; every family penalises its kernels the same way."""

    @property
    def l1(self) -> float:
        """L1 penalty of kernels."""

    @property
    def l2(self) -> float:
        """L2 penalty of kernels."""


class Family(Protocol):
    """A module that declares a space of architectures and builds any point of it.

    Attributes:
        NAME: Its name, the prefix of its hyperparameters.
        KINDS: The kinds of data it takes.
    """

    NAME: str
    KINDS: tuple[Kind, ...]

    def space(self, hp: HyperParameters, spec: DataSpec) -> Any:
        """Register every hyperparameter, inactive ones too, and return the options of the current values."""

    def body(self, features: Any, options: Any, spec: DataSpec) -> Any:
        """Return the hidden representation `(batch, units)` of symbolic features."""

    def portfolio(self, spec: DataSpec) -> tuple[Established, ...]:
        """Return the family's published architectures for this kind of data, best bet first."""
