"""Which padding a model gets: its family's sizes, chosen once for each model.

A family are the models that differ in widths and switched activations alone. Its key is the signature of the graph with
every such width at one and the same symbolic size.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock

from layersmith.engine.lower.network import signature_of
from layersmith.engine.widths.buckets import Buckets, macs_of
from layersmith.engine.widths.flow import widths_of
from layersmith.engine.widths.padding import Padding, pad
from layersmith.graph import Graph

__all__ = ["Families"]

_SYMBOLIC = 1 << 30
_KEPT = 256


class Families:
    """The buckets of every family seen; safe to ask from several threads."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, Buckets] = OrderedDict()
        self._lock = Lock()

    def padding(self, graph: Graph, rows: int) -> Padding:
        """Return the padding of a model that is to be trained.

        Args:
            graph: The view of the model.
            rows: Rows it is trained on, over all epochs.
        """
        widths = widths_of(graph)
        macs = _macs(graph, widths)
        with self._lock:
            sizes = self._of(graph, widths).choose(tuple(widths.values()), rows, macs)
        return pad(graph, dict(zip(widths, sizes, strict=True)))

    def known(self, graph: Graph) -> Padding:
        """Return the padding by which a model's family has a program already, or none at all."""
        widths = widths_of(graph)
        with self._lock:
            sizes = self._of(graph, widths).fitting(tuple(widths.values()), _macs(graph, widths))
        return pad(graph, {} if sizes is None else dict(zip(widths, sizes, strict=True)))

    def _of(self, graph: Graph, widths: Mapping[str, int]) -> Buckets:
        symbolic = pad(graph, dict.fromkeys(widths, _SYMBOLIC))
        key = f"{signature_of(symbolic.graph)}\n{symbolic.signature}"
        buckets = self._buckets.setdefault(key, Buckets())
        self._buckets.move_to_end(key)
        while len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        return buckets


def _macs(graph: Graph, widths: Mapping[str, int]) -> Callable[[tuple[int, ...]], int]:
    return lambda sizes: macs_of(pad(graph, dict(zip(widths, sizes, strict=True))).graph)
