"""The space of convolutional networks over time, and one point of it.

Each style has its own measure of depth and its own usual kernels, hence its own names for them (`_DEPTHS`,
`_KERNELS`); `TemporalOptions` holds the one that is active. Kernels longer than the series are left out, so every point
can be built.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from layersmith.data.spec import DataSpec, Kind
from layersmith.errors import SpaceError
from layersmith.families.kernels import KernelOptions, active, kernel_choices
from layersmith.records import Value
from layersmith.space import HyperParameters

__all__ = ["ENDINGS", "STYLES", "TemporalOptions", "covering", "endings", "kernels", "space", "strides"]

STYLES = ("fcn", "residual", "inception", "tcn")
ENDINGS = ("average", "max", "last", "flatten")
_DEPTHS: Mapping[str, tuple[str, int, int, int]] = {  # name, fewest, most, default
    "fcn": ("layers", 1, 5, 3),
    "residual": ("blocks", 1, 4, 3),
    "inception": ("modules", 1, 6, 6),
    "tcn": ("levels", 1, 8, 8),
}
_KERNELS: Mapping[str, tuple[str, tuple[int, ...], int]] = {  # name, choices, default
    "fcn": ("kernel_size", (3, 5, 8, 12, 16), 8),
    "residual": ("kernel_size", (3, 5, 8, 12, 16), 8),
    "inception": ("longest_kernel", (8, 12, 20, 40, 64), 40),
    "tcn": ("causal_kernel", (2, 3, 5, 7), 3),
}


@dataclass(frozen=True, kw_only=True)
class TemporalOptions(KernelOptions):
    """A convolutional network over time.

    Attributes:
        style: `fcn`, `residual`, `inception` or `tcn`.
        stride: The first convolution's stride; long series are shortened at once.
        filters: Channels of the first layer (fcn), the first block (residual), a branch (inception), a level (tcn).
        depth: Layers (fcn), three-convolution blocks (residual), modules (inception) or dilated levels (tcn).
        kernel_size: Steps the longest kernel covers.
        dilation_base: Factor from one level's dilation to the next's (tcn).
        ending: How the steps become a vector: `average`, `max`, `last` or `flatten`.
        dropout: Share of the last features dropped in training.
    """

    style: str = "fcn"
    stride: int = 1
    filters: int = 64
    depth: int = 3
    kernel_size: int = 8
    dilation_base: int = 2
    ending: str = "average"
    dropout: float = 0.0

    def __post_init__(self) -> None:
        for name, allowed in (("style", STYLES), ("ending", ENDINGS)):
            if getattr(self, name) not in allowed:
                got = f"{name} is {getattr(self, name)!r}"
                raise SpaceError(got, expected=f"one of: {', '.join(allowed)}", fix=f"choose a {name} from that list")


def strides(spec: DataSpec) -> tuple[int, ...]:
    """Return the strides that leave at least 48 steps."""
    return (1, *(stride for stride in (2, 4, 8) if spec.shape[0] // stride >= 48))


def endings(spec: DataSpec) -> tuple[str, ...]:
    """Return the endings for this kind of data: a forecast needs to know what came last, a class does not."""
    return ("last", "flatten", "average") if spec.kind is Kind.FORECAST else ("average", "max")


def kernels(style: str, spec: DataSpec) -> tuple[int, ...]:
    """Return the kernels of a style that are not longer than the series; the shortest is always among them."""
    choices = _KERNELS[style][1]
    return (choices[0], *(choice for choice in choices[1:] if choice <= spec.shape[0]))


def covering(num_steps: int, *, kernel_size: int = 2, dilation_base: int = 2) -> int:
    """Return the levels of two dilated convolutions each after which the last step sees all `num_steps`.

    The receptive field after L levels is `1 + 2 (k - 1) (b^L - 1) / (b - 1)` (Bai et al. 2018, arXiv 1803.01271,
    section 3.3, two convolutions a level).

    Example:
        >>> covering(150), covering(784, kernel_size=7)
        (7, 7)
    """
    levels, seen = 0, 1
    while seen < num_steps:
        seen += 2 * (kernel_size - 1) * dilation_base**levels
        levels += 1
    return max(levels, 1)


def space(hp: HyperParameters, spec: DataSpec) -> TemporalOptions:
    """Register every hyperparameter of networks over time and return the options of the current values.

    Args:
        hp: Where to register; names start with `temporal/`.
        spec: Series of `(steps, channels)`.
    """
    default = "tcn" if spec.kind is Kind.FORECAST else "fcn"
    with hp.name_scope("temporal"):
        values: dict[str, Value] = {"style": hp.Choice("style", list(STYLES), default=default)}
        values["stride"] = hp.Choice("stride", list(strides(spec)))
        values["filters"] = hp.Int("filters", 8, 128, step=2, sampling="log", default=32)
        values |= {**kernel_choices(hp), **_depth(hp, spec), **_kernel(hp, spec)}
        with hp.conditional_scope("style", ["tcn"]):
            values["dilation_base"] = hp.Choice("dilation_base", [2, 3, 4])
        values["ending"] = hp.Choice("ending", list(endings(spec)))
        values["dropout"] = hp.Float("dropout", 0.0, 0.6, step=0.1)
    return TemporalOptions(**active(values))


def _depth(hp: HyperParameters, spec: DataSpec) -> dict[str, Value]:
    """Register each style's depth; return the active one."""
    chosen: dict[str, Value] = {}
    for style, (name, fewest, most, default) in _DEPTHS.items():
        allowed = min(most, covering(spec.shape[0])) if style == "tcn" else most
        with hp.conditional_scope("style", [style]):
            chosen |= active({"depth": hp.Int(name, fewest, allowed, default=min(default, allowed))})
    return chosen


def _kernel(hp: HyperParameters, spec: DataSpec) -> dict[str, Value]:
    """Register each style's longest kernel; return the active one."""
    chosen: dict[str, Value] = {}
    for styles in (["fcn", "residual"], ["inception"], ["tcn"]):
        name, _, default = _KERNELS[styles[0]]
        choices = kernels(styles[0], spec)
        with hp.conditional_scope("style", styles):
            size = hp.Choice(name, list(choices), default=default if default in choices else choices[-1])
            chosen |= active({"kernel_size": size})
    return chosen
