"""How the kernels of a network are made: what every convolutional family shares.

Initialisers: Glorot & Bengio 2010; He et al. 2015 (arXiv 1502.01852); LeCun et al. 1998 (doi:10.1007/3-540-49430-8_2).
A bias in front of batch normalisation is cancelled by it, so `use_bias` exists without batch normalisation only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layersmith.records import Value
from layersmith.space import HyperParameters

__all__ = ["ACTIVATIONS", "INITIALIZERS", "NORMALIZATIONS", "PENALTIES", "KernelOptions", "active", "kernel_choices"]

ACTIVATIONS = ("relu", "gelu", "silu", "elu")
NORMALIZATIONS = ("batch", "layer", "none")
INITIALIZERS = ("he_normal", "glorot_uniform", "lecun_normal", "he_uniform")
PENALTIES = (0.0, 1e-6, 1e-5, 1e-4, 1e-3)


@dataclass(frozen=True, kw_only=True)
class KernelOptions:
    """The choices that hold for every convolution of a network.

    Attributes:
        activation: Keras' name of the activation function.
        normalization: `batch`, `layer` (over the channels of each position) or `none`.
        use_bias: Whether convolutions add a bias.
        initializer: Keras' name of the kernel initialiser.
        l1: Weight of the sum of absolute kernel values in the loss.
        l2: Weight of the sum of squared kernel values in the loss.
        spatial_dropout: Share of whole channels dropped after an activation.
    """

    activation: str = "relu"
    normalization: str = "batch"
    use_bias: bool = False
    initializer: str = "he_normal"
    l1: float = 0.0
    l2: float = 0.0
    spatial_dropout: float = 0.0


def kernel_choices(hp: HyperParameters) -> dict[str, Value]:
    """Register the hyperparameters of `KernelOptions` in the current scope and return their values by field.

    Example:
        >>> kernel_choices(HyperParameters())["normalization"]
        'batch'
    """
    values: dict[str, Value] = {
        "activation": hp.Choice("activation", list(ACTIVATIONS)),
        "normalization": hp.Choice("normalization", list(NORMALIZATIONS)),
        "initializer": hp.Choice("initializer", list(INITIALIZERS)),
        "l1": hp.Choice("l1", list(PENALTIES)),
        "l2": hp.Choice("l2", list(PENALTIES)),
        "spatial_dropout": hp.Float("spatial_dropout", 0.0, 0.3, step=0.1),
    }
    with hp.conditional_scope("normalization", ["layer", "none"]):
        values["use_bias"] = hp.Boolean("use_bias", default=True)
    return values


def active(values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the values whose hyperparameter is active; the others keep the defaults of their options.

    Example:
        >>> active({"units": 32, "dilation": None})
        {'units': 32}
    """
    return {name: value for name, value in values.items() if value is not None}
