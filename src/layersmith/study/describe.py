"""A model in a few words and numbers, so that a report needs no Keras to show it."""

from typing import Any

from layersmith.errors import GraphError
from layersmith.graph import view

__all__ = ["describe"]

_SAID = ("units", "filters", "output_dim")
_SILENT = ("InputLayer", "Normalization", "Rescaling", "BatchNormalization", "LayerNormalization", "Activation")
_POOLING = ("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "Flatten")


def describe(model: Any) -> dict[str, Any]:
    """Return the layers, the parameters and a line that names what matters of them.

    Args:
        model: A built Keras model.

    Returns:
        JSON-ready: `layers` (`name`, `class`, `output_shape`, `params`), `total_params`, `architecture`.
    """
    try:
        graph = view(model)
    except GraphError:  # a model whose calls are Python code
        return {"layers": [], "total_params": int(model.count_params()), "architecture": type(model).__name__}
    nodes = [node for node in graph.nodes if not node.is_operation]
    layers = [
        {
            "name": node.name,
            "class": node.class_name,
            "output_shape": list(node.output_shape),
            "params": node.num_params,
        }
        for node in nodes
    ]
    words = [word for node in nodes if (word := _word(node.class_name, node.config))]
    return {"layers": layers, "total_params": graph.num_params, "architecture": " → ".join(_folded(words))}


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
