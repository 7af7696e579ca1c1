"""A model in a few words and numbers, so that a report needs no Keras to show it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from layersmith.cost import Work, cost_of, node_works
from layersmith.errors import GraphError
from layersmith.graph import Node, view

__all__ = ["describe"]

_SAID = ("units", "filters", "output_dim")
_SILENT = ("InputLayer", "Normalization", "Rescaling", "BatchNormalization", "LayerNormalization", "Activation")
_POOLING = ("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "Flatten")


def describe(model: Any) -> dict[str, Any]:
    """Return the layers, the parameters and a line that names what matters of them.

    Args:
        model: A built Keras model.

    Returns:
        JSON-ready: `layers`, in the order of their calls (`name`, `class`, `detail`, `output_shape`, `params`, `macs`,
        None where they are not known, and `inputs`, the names of the layers it reads), `total_params`,
        `architecture`, `cost` (what `layersmith.records.Cost` holds).
    """
    try:
        graph = view(model)
        cost = asdict(cost_of(graph))
    except GraphError:  # a model whose calls are Python code
        return {"layers": [], "total_params": int(model.count_params()), "architecture": type(model).__name__}
    works = node_works(graph)
    words = [word for node in graph.nodes if not node.is_operation and (word := _word(node.class_name, node.config))]
    return {
        "layers": [_layer(node, works[node.name]) for node in graph.nodes],
        "total_params": graph.num_params,
        "architecture": " → ".join(_folded(words)),
        "cost": cost,
    }


def _layer(node: Node, work: Work | None) -> dict[str, Any]:
    return {
        "name": node.name,
        "class": node.class_name,
        "detail": _detail(node.config),
        "output_shape": list(node.output_shape),
        "params": node.num_params,
        "macs": None if work is None else int(work.macs),
        "inputs": list(dict.fromkeys(reference.node for reference in node.inputs)),
    }


def _detail(config: Mapping[str, Any]) -> str:
    """Return what a layer's configuration says of its size and kind: `32 · 3×3 · relu`."""
    sizes = [str(config[key]) for key in _SAID if key in config]
    kernel = config.get("kernel_size") or config.get("pool_size")
    window = ["×".join(map(str, kernel))] if isinstance(kernel, list | tuple) else []
    rate = [f"{config['rate']:g}"] if isinstance(config.get("rate"), float) else []
    activation = config.get("activation")
    said = [activation] if isinstance(activation, str) and activation != "linear" else []
    return " · ".join([*sizes, *window, *rate, *said])


def _word(name: str, config: Any) -> str:
    if name in _SILENT:
        return ""
    size = next((config[key] for key in _SAID if key in config), None)
    if size is not None:
        return f"{name} {size}"
    return name if name in _POOLING else ""


def _folded(words: list[str]) -> list[str]:
    """Return the words with runs of the same one counted: `Dense 64 ×3`."""
    folded: list[list[Any]] = []
    for word in words:
        if folded and folded[-1][0] == word:
            folded[-1][1] += 1
        else:
            folded.append([word, 1])
    return [word if count == 1 else f"{word} ×{count}" for word, count in folded]
