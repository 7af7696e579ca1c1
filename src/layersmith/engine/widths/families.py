"""Which padding a model gets: its family's sizes, chosen once for each model.

A family are the models that differ in widths and switched activations alone. Its key is the signature of the graph with
every such width at one and the same symbolic size.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock

from layersmith.engine.lower.network import signature_of
from layersmith.engine.widths.activation import SWITCHED
from layersmith.engine.widths.buckets import Buckets, macs_of, rounded
from layersmith.engine.widths.flow import agreeing, widths_of
from layersmith.engine.widths.padding import Padding, pad
from layersmith.graph import Graph

__all__ = ["Families"]

_SYMBOLIC = 1 << 30
_KEPT = 256


class Families:
    """The buckets of every family seen; safe to ask from several threads.

    Attributes:
        among: The activations that are runtime values.
    """

    def __init__(self) -> None:
        self.among: tuple[str, ...] = SWITCHED
        self._buckets: OrderedDict[str, Buckets] = OrderedDict()
        self._most: dict[str, int] = {}
        self._lock = Lock()

    def padding(self, graph: Graph, rows: int) -> Padding:
        """Return the padding of a model that is to be trained.

        Args:
            graph: The view of the model.
            rows: Rows it is trained on, over all epochs.
        """
        widths, among = widths_of(graph), self.among
        with self._lock:
            wide = self._wide(graph, widths)
            buckets = self._of(graph, widths, among)
            sizes = buckets.choose(tuple(widths.values()), wide, rows, _macs(graph, widths))
        return pad(graph, dict(zip(widths, sizes, strict=True)), among)

    def _wide(self, graph: Graph, widths: Mapping[str, int]) -> tuple[int, ...]:
        """Return, for each layer, the largest size that any layer of its class has asked for in any family.

        Layers whose features meet have one size, whatever their classes have asked for elsewhere.
        """
        kinds = [graph.layers[name].class_name for name in widths]
        for kind, width in zip(kinds, widths.values(), strict=True):
            self._most[kind] = max(rounded(width), self._most.get(kind, 0))
        largest = {name: self._most[kind] for name, kind in zip(widths, kinds, strict=True)}
        return tuple(agreeing(graph, largest).values())

    def _of(self, graph: Graph, widths: Mapping[str, int], among: tuple[str, ...]) -> Buckets:
        symbolic = pad(graph, dict.fromkeys(widths, _SYMBOLIC), among)
        key = f"{signature_of(symbolic.graph)}\n{symbolic.signature}"
        buckets = self._buckets.setdefault(key, Buckets())
        self._buckets.move_to_end(key)
        while len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        return buckets


def _macs(graph: Graph, widths: Mapping[str, int]) -> Callable[[tuple[int, ...]], int]:
    return lambda sizes: macs_of(pad(graph, dict(zip(widths, sizes, strict=True))).graph)
