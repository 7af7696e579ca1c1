"""Which numbers of a layer are runtime values: the same program serves any of them."""

from typing import Any

from layersmith.engine.lower.penalties import strengths_of
from layersmith.graph import Graph, Node

__all__ = ["runtime_values", "static_config"]

_FIELDS = {
    "Dropout": ("rate",),
    "SpatialDropout1D": ("rate",),
    "SpatialDropout2D": ("rate",),
    "SpatialDropout3D": ("rate",),
    "AlphaDropout": ("rate",),
    "GaussianDropout": ("rate",),
    "GaussianNoise": ("stddev",),
}
_UNSEEN = ("name", "seed", "dtype", "batch_shape", "build_config")


def runtime_values(graph: Graph) -> dict[str, float]:
    """Return the runtime values of a graph's layers: `"3/rate"` to its number."""
    found: dict[str, float] = {}
    for index, node in enumerate(graph.layers.values()):
        for field in _FIELDS.get(node.class_name, ()):
            found[f"{index}/{field}"] = float(node.config[field])
        found.update({f"{index}/{name}": value for name, value in strengths_of(node).items()})
    return found


def static_config(node: Node) -> str:
    """Return the part of a layer's configuration that its program has baked in, as text."""
    return repr(_static(dict(node.config), _FIELDS.get(node.class_name, ())))


def _static(value: Any, dropped: tuple[str, ...] = ()) -> Any:
    if isinstance(value, dict):
        kept = {key: entry for key, entry in value.items() if key not in _UNSEEN and key not in dropped}
        return {
            key: sorted(entry["config"]) if key.endswith("_regularizer") and isinstance(entry, dict) else _static(entry)
            for key, entry in sorted(kept.items())
            if not key.endswith("_initializer")
        }
    if isinstance(value, (list, tuple)):
        return [_static(entry) for entry in value]
    return value
