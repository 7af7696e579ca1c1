"""Published networks over time, with the training of their papers.

Their optimizer, batch size and number of epochs are kept; a study with less time scales the epochs. `plateau` is the
`ReduceLROnPlateau` of Wang et al. and Fawaz et al. (halve after 50 epochs without a lower training loss).
"""

from layersmith.data.spec import DataSpec, Kind
from layersmith.families.established import Established
from layersmith.families.temporal.options import covering, kernels
from layersmith.records import Value

__all__ = ["portfolio"]


def _kernel(style: str, published: int, spec: DataSpec) -> int:
    """Return the paper's kernel, or the longest one that the series has room for."""
    return max(size for size in kernels(style, spec) if size <= published)


def _established(name: str, source: str, network: dict[str, Value], training: dict[str, Value]) -> Established:
    values: dict[str, Value] = {
        "optimizer": "adam",
        **{f"temporal/{field}": value for field, value in network.items()},
        **training,
    }
    return Established(name=name, source=source, values=values)


def portfolio(spec: DataSpec) -> tuple[Established, ...]:
    """Return published networks over time as points of the space, best bet first.

    Args:
        spec: Series of `(steps, channels)`; their length bounds kernels and levels.
    """
    if spec.kind is Kind.FORECAST:
        return (_tcn(spec), _fcn(spec))
    return (_fcn(spec), _residual(spec), _inception(spec), _tcn(spec))


def _ending(spec: DataSpec, published: str, forecast: str) -> str:
    return forecast if spec.kind is Kind.FORECAST else published


def _batch_size(spec: DataSpec) -> int:
    """Return 16; the authors' `min(rows / 10, 16)` asks for less on sets of fewer than 160 rows only."""
    return 16 if spec.num_rows < 5000 else 64


def _fcn(spec: DataSpec) -> Established:
    """128, 256 and 128 filters."""
    network: dict[str, Value] = {
        "style": "fcn",
        "filters": 128,
        "layers": 3,
        "kernel_size": _kernel("fcn", 8, spec),
        "initializer": "glorot_uniform",
        "ending": _ending(spec, "average", "flatten"),
    }
    training: dict[str, Value] = {
        "learning_rate": 1e-3,
        "schedule": "plateau",
        "batch_size": _batch_size(spec),
        "epochs": 2000,
    }
    return _established("FCN", "Wang et al. 2016, arXiv 1611.06455, section 2.2", network, training)


def _residual(spec: DataSpec) -> Established:
    """Blocks of 64, 128 and 128 filters."""
    network: dict[str, Value] = {
        "style": "residual",
        "filters": 64,
        "blocks": 3,
        "kernel_size": _kernel("residual", 8, spec),
        "initializer": "glorot_uniform",
        "ending": _ending(spec, "average", "flatten"),
    }
    training: dict[str, Value] = {
        "learning_rate": 1e-3,
        "schedule": "plateau",
        "batch_size": _batch_size(spec),
        "epochs": 1500,
    }
    return _established("time-series ResNet", "Wang et al. 2016, arXiv 1611.06455, section 2.3", network, training)


def _inception(spec: DataSpec) -> Established:
    """Six modules of 32 filters a branch."""
    network: dict[str, Value] = {
        "style": "inception",
        "filters": 32,
        "modules": 6,
        "longest_kernel": _kernel("inception", 40, spec),
        "initializer": "glorot_uniform",
        "ending": _ending(spec, "average", "flatten"),
    }
    training: dict[str, Value] = {"learning_rate": 1e-3, "schedule": "plateau", "batch_size": 64, "epochs": 1500}
    return _established("InceptionTime", "Fawaz et al. 2019, arXiv 1909.04939", network, training)


def _tcn(spec: DataSpec) -> Established:
    """Levels until the last step sees the whole series; 32 filters where the paper's sequential MNIST has 25."""
    kernel_size = _kernel("tcn", 7 if spec.shape[0] > 100 else 3, spec)
    network: dict[str, Value] = {
        "style": "tcn",
        "filters": 32,
        "levels": min(covering(spec.shape[0], kernel_size=kernel_size), 8),
        "causal_kernel": kernel_size,
        "dilation_base": 2,
        "normalization": "none",
        "spatial_dropout": 0.0,
        "ending": _ending(spec, "average", "last"),
    }
    training: dict[str, Value] = {"learning_rate": 2e-3, "schedule": "constant", "batch_size": 32, "epochs": 100}
    return _established("TCN", "Bai et al. 2018, arXiv 1803.01271", network, training)
