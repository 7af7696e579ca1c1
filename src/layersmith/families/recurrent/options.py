"""The space of recurrent networks, and one point of it."""

from dataclasses import dataclass

from layersmith.data.spec import DataSpec, Kind
from layersmith.errors import SpaceError
from layersmith.families.kernels import PENALTIES, active
from layersmith.records import Value
from layersmith.space import HyperParameters

__all__ = ["CELLS", "ENDINGS", "RecurrentOptions", "default_stride", "space", "strides"]

CELLS = ("lstm", "gru")
ENDINGS = ("last", "average")
_INITIALIZERS = ("glorot_uniform", "he_normal", "lecun_normal")
_LONGEST = 256  # steps a cell runs over by default


@dataclass(frozen=True, kw_only=True)
class RecurrentOptions:
    """A recurrent network.

    Attributes:
        cell: `lstm` or `gru`.
        layers: Recurrent layers.
        units: Units of each layer, per direction.
        bidirectional: Whether each layer also reads the series backwards.
        normalization: `layer` (after each recurrent layer) or `none`.
        stride: Steps that a convolution in front of the cells merges into one; 1 for no convolution.
        ending: `last` (state of the last layer) or `average` (of its outputs over time).
        initializer: Keras' name of the initialiser of input kernels; recurrent kernels are orthogonal.
        l1: Weight of the sum of absolute input-kernel values in the loss.
        l2: Weight of the sum of squared input-kernel values in the loss.
        dropout: Share of each recurrent layer's outputs dropped in training.
    """

    cell: str = "lstm"
    layers: int = 1
    units: int = 64
    bidirectional: bool = False
    normalization: str = "none"
    stride: int = 1
    ending: str = "last"
    initializer: str = "glorot_uniform"
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0

    def __post_init__(self) -> None:
        for name, allowed in (("cell", CELLS), ("ending", ENDINGS)):
            if getattr(self, name) not in allowed:
                got = f"{name} is {getattr(self, name)!r}"
                raise SpaceError(got, expected=f"one of: {', '.join(allowed)}", fix=f"choose a {name} from that list")


def strides(spec: DataSpec) -> tuple[int, ...]:
    """Return the strides that leave at least 24 steps."""
    return (1, *(stride for stride in (2, 4, 8, 16) if spec.shape[0] // stride >= 24))


def default_stride(spec: DataSpec) -> int:
    """Return the smallest stride that leaves at most 256 steps, or the largest there is.

    Cells run one step after the other and forget over hundreds of steps, so time and memory both ask for it.

    Example:
        >>> from layersmith.data.spec import DataSpec, Kind, Task
        >>> default_stride(DataSpec(kind=Kind.SERIES, task=Task.BINARY, shape=(1000, 1), num_outputs=1, num_rows=100))
        4
    """
    return next((stride for stride in strides(spec) if spec.shape[0] <= _LONGEST * stride), strides(spec)[-1])


def space(hp: HyperParameters, spec: DataSpec) -> RecurrentOptions:
    """Register every hyperparameter of recurrent networks and return the options of the current values.

    Args:
        hp: Where to register; names start with `recurrent/`.
        spec: Series of `(steps, channels)`.
    """
    endings = list(ENDINGS) if spec.kind is Kind.FORECAST else list(reversed(ENDINGS))
    with hp.name_scope("recurrent"):
        values: dict[str, Value] = {
            "cell": hp.Choice("cell", list(CELLS)),
            "layers": hp.Int("layers", 1, 3),
            "units": hp.Int("units", 8, 128, step=2, sampling="log", default=32),
            "bidirectional": hp.Boolean("bidirectional"),
            "normalization": hp.Choice("normalization", ["none", "layer"]),
            "stride": hp.Choice("stride", list(strides(spec)), default=default_stride(spec)),
            "ending": hp.Choice("ending", endings),
            "initializer": hp.Choice("initializer", list(_INITIALIZERS)),
            "l1": hp.Choice("l1", list(PENALTIES)),
            "l2": hp.Choice("l2", list(PENALTIES)),
            "dropout": hp.Float("dropout", 0.0, 0.5, step=0.1),
        }
    return RecurrentOptions(**active(values))
