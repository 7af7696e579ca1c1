"""A published architecture with its published training: where a search starts."""

from collections.abc import Mapping
from dataclasses import dataclass

from layersmith.records import Value

__all__ = ["Established"]


@dataclass(frozen=True, kw_only=True)
class Established:
    """A point of a family's space that the literature vouches for.

    Attributes:
        name: What people call it.
        source: Where it was published, with arXiv id or DOI.
        values: Hyperparameter values by full name; those left out take the space's defaults.

    Example:
        >>> Established(name="LeNet-5", source="LeCun et al. 1998", values={"conv/style": "lenet"}).name
        'LeNet-5'
    """

    name: str
    source: str
    values: Mapping[str, Value]
