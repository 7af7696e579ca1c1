"""Fully connected networks: funnel, constant width, residual, self-normalising; no hidden layer is a linear model.

Tables enter as scaled numbers and category codes (one shared `Embedding`); images and series are flattened.
Numbers may be lifted by learned periodic features before the first layer (`numeric_embedding`), which is what most
of the gap between plain networks and gradient boosting on tables comes from (Gorishniy et al. 2022, arXiv 2203.05556).
"""

import math
from dataclasses import dataclass
from typing import Any

from layersmith.data.spec import DataSpec, Kind, Task
from layersmith.families.established import Established
from layersmith.records import Value
from layersmith.space import HyperParameters

__all__ = ["KINDS", "NAME", "DenseOptions", "body", "portfolio", "space"]

NAME = "dense"
KINDS = (Kind.TABLE, Kind.IMAGE, Kind.SERIES, Kind.FORECAST)

_ACTIVATIONS = ("relu", "gelu", "silu", "tanh", "leaky_relu", "selu", "mish")
_INITIALIZERS = ("glorot_uniform", "he_normal", "lecun_normal")


@dataclass(frozen=True, kw_only=True)
class DenseOptions:
    """One dense network.

    Attributes:
        style: `funnel` (each layer half of the one before), `constant`, `residual` or `selfnorm`.
        layers: Hidden layers (residual: blocks of two); 0 is a linear model.
        units: Width of the first hidden layer.
        activation: Activation of hidden layers; `selfnorm` is always SELU.
        normalization: `none`, `batch` or `layer`; `selfnorm` uses none.
        dropout: Dropout rate after each hidden layer; `selfnorm` uses alpha dropout.
        l1: L1 penalty of kernels.
        l2: L2 penalty of kernels.
        initializer: Kernel initialiser; `selfnorm` is always LeCun normal.
        use_bias: Whether hidden layers have a bias.
        embedding: Width of a category's embedding.
        numeric_embedding: `none` or `periodic`.
        frequency: Standard deviation of the initial frequencies of periodic features.
    """

    style: str = "constant"
    layers: int = 2
    units: int = 16
    activation: str = "relu"
    normalization: str = "none"
    dropout: float = 0.1
    l1: float = 0.0
    l2: float = 0.0
    initializer: str = "glorot_uniform"
    use_bias: bool = True
    embedding: int = 8
    numeric_embedding: str = "none"
    frequency: float = 0.1


def space(hp: HyperParameters, spec: DataSpec) -> DenseOptions:
    """Register the family's hyperparameters and return the options of the current values.

    Args:
        hp: Where they are registered, under `dense/`.
        spec: What the data is.

    Returns:
        The options of the current values; inactive ones take the defaults of `DenseOptions`.

    Example:
        >>> spec = DataSpec(kind=Kind.TABLE, task=Task.BINARY, num_outputs=1, num_rows=20_000, num_numeric=3)
        >>> space(HyperParameters(), spec).units
        256
    """
    with hp.name_scope(NAME):
        values: dict[str, Any] = {
            "style": hp.Choice("style", ["funnel", "constant", "residual", "selfnorm"], default="constant"),
            "layers": hp.Int("layers", 0, 6, default=2),
            "units": hp.Int("units", 16, 512, step=2, sampling="log", default=_default_units(spec)),
            "l1": hp.Choice("l1", [0.0, 1e-6, 1e-5, 1e-4, 1e-3]),
            "l2": hp.Choice("l2", [0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2]),
            "dropout": hp.Float("dropout", 0.0, 0.6, step=0.05, default=0.1),
            "use_bias": hp.Boolean("use_bias", default=True),
        }
        with hp.conditional_scope("style", ["funnel", "constant", "residual"]):
            values["activation"] = hp.Choice("activation", list(_ACTIVATIONS))
            values["normalization"] = hp.Choice("normalization", ["none", "batch", "layer"])
            values["initializer"] = hp.Choice("initializer", list(_INITIALIZERS))
        values.update(_columns(hp, spec))
    return DenseOptions(**{name: value for name, value in values.items() if value is not None})


def _columns(hp: HyperParameters, spec: DataSpec) -> dict[str, Any]:
    """Register what only tables have."""
    chosen: dict[str, Any] = {}
    if spec.num_categorical:
        chosen["embedding"] = hp.Choice("embedding", [2, 4, 8, 16], default=8)
    if spec.kind is Kind.TABLE and spec.num_numeric:
        chosen["numeric_embedding"] = hp.Choice("numeric_embedding", ["none", "periodic"])
        with hp.conditional_scope("numeric_embedding", ["periodic"]):
            chosen["frequency"] = hp.Choice("frequency", [0.03, 0.1, 0.3, 1.0], default=0.1)
    return chosen


def _default_units(spec: DataSpec) -> int:
    """Return a width that grows with the rows: 16 below some 700 rows, 256 from some 6,000."""
    return int(min(256, max(16, 2 ** round(math.log2(max(spec.num_rows, 1)) - 5))))


def body(features: dict[str, Any], options: DenseOptions, spec: DataSpec) -> Any:
    """Return the hidden representation `(batch, units)`.

    Args:
        features: `"features"` `(batch, ...)` and, for tables with categories, `"codes"` `(batch, columns)`.
        options: The network.
        spec: What the data is.
    """
    hidden = _joined(features, options, spec)
    for index in range(options.layers):
        hidden = _block(hidden, options, index)
    if options.layers and options.style == "residual":
        hidden = _activate(_normalize(hidden, options), options)
    return hidden


def _joined(features: dict[str, Any], options: DenseOptions, spec: DataSpec) -> Any:
    from keras import layers

    parts = []
    if "features" in features:
        numbers = features["features"]
        parts.append(layers.Flatten()(numbers) if len(numbers.shape) > 2 else numbers)
        if options.numeric_embedding == "periodic":
            parts = [_periodic(parts[0], options)]
    if "codes" in features:
        table = layers.Embedding(spec.vocabulary, options.embedding)
        parts.append(layers.Flatten()(table(features["codes"])))
    return parts[0] if len(parts) == 1 else layers.Concatenate()(parts)


def _periodic(numbers: Any, options: DenseOptions) -> Any:
    """Return each number beside three learned mixtures of 16 learned cosines of it.

    The densely connected form of RealMLP (arXiv 2407.04491): `concat(x, W cos(2π(f x + b)))`. Each column has its own
    `W`, so its initial range follows from the 16 cosines alone, however many columns there are.
    """
    from keras import initializers, layers, ops

    scale = 2 * math.pi
    phase = layers.EinsumDense(
        "bc,cf->bcf",
        output_shape=(numbers.shape[1], 16),
        bias_axes="cf",
        kernel_initializer=initializers.RandomNormal(stddev=scale * options.frequency),
        bias_initializer=initializers.RandomUniform(-math.pi, math.pi),
    )(numbers)
    mixed = layers.EinsumDense(
        "bcf,cfo->bco",
        output_shape=(numbers.shape[1], 3),
        bias_axes="co",
        kernel_initializer=initializers.RandomUniform(-0.25, 0.25),  # 1 / sqrt(16)
    )(ops.cos(phase))
    return layers.Concatenate()([numbers, layers.Flatten()(mixed)])


def _block(hidden: Any, options: DenseOptions, index: int) -> Any:
    """Return the output of hidden layer (or residual block) number `index`."""
    from keras import layers

    if options.style == "residual":
        return _residual(hidden, options, index)
    width = max(4, options.units >> index) if options.style == "funnel" else options.units
    hidden = _dense(width, options)(hidden)
    if options.style == "selfnorm":
        hidden = layers.Activation("selu")(hidden)
        return layers.AlphaDropout(options.dropout)(hidden) if options.dropout else hidden
    return _dropout(_activate(_normalize(hidden, options), options), options)


def _residual(hidden: Any, options: DenseOptions, index: int) -> Any:
    """Return `h + dense(dropout(act(dense(norm(h)))))`, the block of Gorishniy et al. 2021 (arXiv 2106.11959)."""
    from keras import layers

    if index == 0:
        hidden = _dense(options.units, options)(hidden)
    branch = _dense(2 * options.units, options)(_normalize(hidden, options))
    branch = _dropout(_activate(branch, options), options)
    return layers.Add()([hidden, _dense(options.units, options)(branch)])


def _dense(units: int, options: DenseOptions) -> Any:
    from keras import layers

    from layersmith.families.penalty import penalty

    initializer = "lecun_normal" if options.style == "selfnorm" else options.initializer
    return layers.Dense(
        units,
        use_bias=options.use_bias,
        kernel_initializer=initializer,
        kernel_regularizer=penalty(options.l1, options.l2),
    )


def _normalize(hidden: Any, options: DenseOptions) -> Any:
    from keras import layers

    if options.normalization == "none":
        return hidden
    if options.normalization == "layer":
        return layers.LayerNormalization()(hidden)
    return layers.BatchNormalization(momentum=0.9)(hidden)  # Keras' 0.99 lags behind a short training


def _activate(hidden: Any, options: DenseOptions) -> Any:
    from keras import layers

    return layers.Activation(options.activation)(hidden)


def _dropout(hidden: Any, options: DenseOptions) -> Any:
    from keras import layers

    return layers.Dropout(options.dropout)(hidden) if options.dropout else hidden


def portfolio(spec: DataSpec) -> tuple[Established, ...]:
    """Return the published dense networks for this kind of data, best bet first."""
    if spec.kind is Kind.FORECAST:
        return (_NLINEAR, _MLP_FORECAST)
    if spec.kind is not Kind.TABLE:
        return (_MLP_SERIES,) if spec.kind is Kind.SERIES else (_MLP_IMAGE,)
    tuned = _real_mlp(spec)
    return (tuned, _SNN, _RESNET, _LINEAR) if spec.num_numeric else (_RESNET, _SNN, _LINEAR)


def _real_mlp(spec: DataSpec) -> Established:
    values: dict[str, Value] = {
        "dense/style": "constant", "dense/layers": 3, "dense/units": 256, "dense/dropout": 0.15, "dense/l2": 0.0,
        "dense/activation": "selu" if spec.task.is_classification else "mish", "dense/numeric_embedding": "periodic",
        "dense/frequency": 0.1, "optimizer": "adamw", "weight_decay": 1e-2, "learning_rate": 3e-3,
        "schedule": "cosine", "batch_size": 256, "epochs": 128,
    }  # fmt: skip
    if spec.task in (Task.BINARY, Task.MULTICLASS) and spec.num_rows < 2000:
        values["batch_size"] = 64
    return Established(name="RealMLP", source="Holzmüller et al. 2024, arXiv 2407.04491", values=values)


_RESNET = Established(
    name="tabular ResNet",
    source="Gorishniy et al. 2021, arXiv 2106.11959",
    values={
        "dense/style": "residual", "dense/layers": 2, "dense/units": 128, "dense/activation": "relu",
        "dense/normalization": "batch", "dense/dropout": 0.2, "optimizer": "adamw", "weight_decay": 1e-3,
        "learning_rate": 1e-3, "schedule": "constant", "batch_size": 256, "epochs": 100,
    },
)  # fmt: skip
_SNN = Established(
    name="self-normalising network",
    source="Klambauer et al. 2017, arXiv 1706.02515",
    values={
        "dense/style": "selfnorm", "dense/layers": 4, "dense/units": 128, "dense/dropout": 0.05, "optimizer": "sgd",
        "learning_rate": 1e-2, "schedule": "constant", "batch_size": 128, "epochs": 200,
    },
)  # fmt: skip
_LINEAR = Established(
    name="linear model",
    source="McCullagh and Nelder 1989, Generalized Linear Models",
    values={
        "dense/layers": 0, "dense/l2": 1e-4, "optimizer": "adam", "learning_rate": 1e-2, "schedule": "cosine",
        "batch_size": 128, "epochs": 60,
    },
)  # fmt: skip
_MLP_SERIES = Established(
    name="time-series MLP",
    source="Wang et al. 2016, arXiv 1611.06455",
    values={
        "dense/style": "constant", "dense/layers": 3, "dense/units": 512, "dense/activation": "relu",
        "dense/dropout": 0.2, "optimizer": "adam", "learning_rate": 1e-3, "schedule": "plateau", "batch_size": 16,
        "epochs": 2000,
    },
)  # fmt: skip
_MLP_IMAGE = Established(
    name="image MLP",
    source="Srivastava et al. 2014, JMLR 15 (Dropout), table 2",
    values={
        "dense/style": "constant", "dense/layers": 2, "dense/units": 512, "dense/activation": "relu",
        "dense/dropout": 0.5, "optimizer": "adam", "learning_rate": 1e-3, "schedule": "constant", "batch_size": 128,
        "epochs": 100,
    },
)  # fmt: skip
_NLINEAR = Established(
    name="NLinear",
    source="Zeng et al. 2022, arXiv 2205.13504",
    values={
        "dense/layers": 0, "window_scaling": "last", "optimizer": "adam", "learning_rate": 5e-3,
        "schedule": "cosine", "batch_size": 32, "epochs": 200,
    },
)  # fmt: skip
_MLP_FORECAST = Established(
    name="forecasting MLP",
    source="Oreshkin et al. 2019, arXiv 1905.10437 (the fully connected block of N-BEATS)",
    values={
        "dense/style": "constant", "dense/layers": 3, "dense/units": 128, "dense/activation": "relu",
        "window_scaling": "last", "optimizer": "adam", "learning_rate": 1e-3, "schedule": "cosine",
        "batch_size": 32, "epochs": 300,
    },
)  # fmt: skip
