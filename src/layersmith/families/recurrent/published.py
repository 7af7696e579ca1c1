"""Published recurrent networks, trained with Adam instead of their plain gradient descent."""

from layersmith.data.spec import DataSpec, Kind
from layersmith.families.established import Established
from layersmith.families.recurrent.options import default_stride
from layersmith.records import Value

__all__ = ["portfolio"]


def portfolio(spec: DataSpec) -> tuple[Established, ...]:
    """Return published recurrent networks as points of the space, best bet first.

    Args:
        spec: Series of `(steps, channels)`; long ones are shortened by a strided convolution first.
    """
    if spec.kind is Kind.FORECAST:
        return (_lstm(spec), _gru(spec))
    return (_gru(spec), _bidirectional(spec), _lstm(spec))


def _established(name: str, source: str, spec: DataSpec, network: dict[str, Value]) -> Established:
    chosen: dict[str, Value] = {"stride": default_stride(spec), **network}
    values: dict[str, Value] = {
        **{f"recurrent/{field}": value for field, value in chosen.items()},
        "optimizer": "adam",
        "learning_rate": 3e-3,
        "schedule": "cosine",
        "batch_size": 32,
        "epochs": 150,
    }
    return Established(name=name, source=source, values=values)


def _gru(spec: DataSpec) -> Established:
    """Two layers of gated recurrent units."""
    ending = "last" if spec.kind is Kind.FORECAST else "average"
    network: dict[str, Value] = {"cell": "gru", "layers": 2, "units": 64, "dropout": 0.2, "ending": ending}
    return _established("two-layer GRU", "Cho et al. 2014, arXiv 1406.1078", spec, network)


def _bidirectional(spec: DataSpec) -> Established:
    """One layer of LSTM cells, outputs averaged over time; 64 units a direction for the paper's 93."""
    network: dict[str, Value] = {
        "cell": "lstm",
        "layers": 1,
        "units": 64,
        "bidirectional": True,
        "ending": "average",
        "dropout": 0.2,
    }
    source = "Graves & Schmidhuber 2005, doi:10.1016/j.neunet.2005.06.042"
    return _established("bidirectional LSTM", source, spec, network)


def _lstm(spec: DataSpec) -> Established:
    """Stacked LSTM; the last state speaks."""
    layers = 1 if spec.kind is Kind.FORECAST else 2
    network: dict[str, Value] = {"cell": "lstm", "layers": layers, "units": 64, "dropout": 0.1, "ending": "last"}
    source = "Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735"
    return _established("LSTM", source, spec, network)
