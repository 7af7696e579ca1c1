"""The space of image networks, and one point of it.

An image of `side` pixels (the shorter one) may be halved while at least 2 pixels remain, and is halved at least until
16 remain; both bound the number of stages, so every point of the space can be built.
"""

from dataclasses import dataclass

from layersmith.data.spec import DataSpec
from layersmith.errors import SpaceError
from layersmith.families.kernels import KernelOptions, active, kernel_choices
from layersmith.records import Value
from layersmith.space import HyperParameters

__all__ = ["AUGMENTATIONS", "ENDINGS", "STYLES", "ConvOptions", "default_stride", "space", "stages", "strides"]

STYLES = ("vgg", "residual", "separable", "lenet")
ENDINGS = ("average", "flatten")
AUGMENTATIONS = ("none", "shift", "shift_flip")

_FEW_IMAGES = 2000


@dataclass(frozen=True, kw_only=True)
class ConvOptions(KernelOptions):
    """An image network.

    Attributes:
        style: `lenet`, `vgg`, `residual` or `separable`.
        stride: The first convolution's stride; large images are halved or quartered at once.
        stages: Sizes of feature map the network works on.
        filters: Channels of the first stage; each stage doubles them, up to 512.
        blocks: Convolutions (vgg, separable) or two-convolution blocks (residual) per stage.
        kernel_size: Pixels a kernel covers along each axis.
        pooling: How `lenet` halves the map: `max` or `average`.
        ending: `average` (over all positions) or `flatten` (then dense layers).
        units: Units of the dense layers after `flatten`.
        dense_layers: Number of these.
        dropout: Share of the last features dropped in training.
        augment: What happens to training images: `none`, `shift` (by up to a tenth) or `shift_flip` (mirrored as well).
    """

    style: str = "vgg"
    stride: int = 1
    stages: int = 2
    filters: int = 32
    blocks: int = 2
    kernel_size: int = 3
    pooling: str = "max"
    ending: str = "average"
    units: int = 128
    dense_layers: int = 1
    dropout: float = 0.0
    augment: str = "none"

    def __post_init__(self) -> None:
        for name, allowed in (("style", STYLES), ("ending", ENDINGS), ("augment", AUGMENTATIONS)):
            if getattr(self, name) not in allowed:
                got = f"{name} is {getattr(self, name)!r}"
                raise SpaceError(got, expected=f"one of: {', '.join(allowed)}", fix=f"choose a {name} from that list")


def _side(spec: DataSpec) -> int:
    return min(spec.shape[:2])


def strides(spec: DataSpec) -> tuple[int, ...]:
    """Return the strides that leave at least 12 pixels of the shorter side."""
    return (1, *(stride for stride in (2, 4) if _side(spec) // stride >= 12))


def default_stride(spec: DataSpec) -> int:
    """Return the smallest stride that leaves at most 64 pixels, or the largest there is."""
    return next((stride for stride in strides(spec) if _side(spec) // stride <= 64), strides(spec)[-1])


def stages(spec: DataSpec) -> tuple[int, int]:
    """Return the fewest and the most stages for images of this size.

    Example:
        >>> from layersmith.data.spec import DataSpec, Kind, Task
        >>> stages(DataSpec(kind=Kind.IMAGE, task=Task.MULTICLASS, shape=(28, 28, 1), num_outputs=10, num_rows=5000))
        (1, 3)
    """
    side = _side(spec)
    halvings = max(side, 1).bit_length() - 1  # floor of log2
    most = min(max(halvings - 1, 1), 4)
    return min(max((side - 1).bit_length() - 4, 1), most), most


def space(hp: HyperParameters, spec: DataSpec) -> ConvOptions:
    """Register every hyperparameter of image networks and return the options of the current values.

    Args:
        hp: Where to register; names start with `conv/`.
        spec: Images of `(height, width, channels)`.
    """
    with hp.name_scope("conv"):
        style = hp.Choice("style", list(STYLES))
        values = {"style": style, **_shape(hp, spec), **kernel_choices(hp), **_ending(hp)}
        values["augment"] = hp.Choice("augment", list(_augmentations(spec)))
    return ConvOptions(**active(values))


def _shape(hp: HyperParameters, spec: DataSpec) -> dict[str, Value]:
    """Register depth, width and kernel size."""
    fewest, most = stages(spec)
    values: dict[str, Value] = {
        "stride": hp.Choice("stride", list(strides(spec)), default=default_stride(spec)),
        "stages": hp.Int("stages", fewest, most, default=min(3, most)),
        "filters": hp.Int("filters", 8, 64, step=2, sampling="log", default=32),
        "kernel_size": hp.Choice("kernel_size", [3, 5]),
    }
    with hp.conditional_scope("style", ["vgg", "residual", "separable"]):
        values["blocks"] = hp.Int("blocks", 1, 3, default=2)
    with hp.conditional_scope("style", ["lenet"]):
        values["pooling"] = hp.Choice("pooling", ["max", "average"])
    return values


def _ending(hp: HyperParameters) -> dict[str, Value]:
    """Register how the last map becomes a vector."""
    values: dict[str, Value] = {
        "ending": hp.Choice("ending", list(ENDINGS)),
        "dropout": hp.Float("dropout", 0.0, 0.6, step=0.1, default=0.2),
    }
    with hp.conditional_scope("ending", ["flatten"]):
        values["units"] = hp.Int("units", 32, 256, step=2, sampling="log", default=128)
        values["dense_layers"] = hp.Int("dense_layers", 1, 2)
    return values


def _augmentations(spec: DataSpec) -> tuple[str, ...]:
    """Return what may happen to training images: shifting pays where images are few.

    Keras' random image layers are slow inside a step on the JAX backend (a small VGG on 1,150 images of 8×8: 2.4 s an
    epoch against 0.19 s, measured side by side), so above 2,000 images the time is better spent on epochs.
    """
    return AUGMENTATIONS if spec.num_rows < _FEW_IMAGES else ("none",)
