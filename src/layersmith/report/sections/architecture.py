"""The architecture: drawn, layer by layer, with what it costs, its hyperparameters and its source."""

from collections.abc import Mapping
from typing import Any

from layersmith.records import Candidate
from layersmith.report.drawing import draw_architecture
from layersmith.report.formats import format_bytes
from layersmith.study.outcome import Outcome

__all__ = ["architecture_section", "shown_values"]


def architecture_section(outcome: Outcome) -> dict[str, Any]:
    """Return the drawing, the layers and the cost.

    Args:
        outcome: A finished run.
    """
    answer, facts = outcome.answer, outcome.answer.facts
    layers = list(facts.get("layers", ()))
    return {
        "line": facts.get("architecture", ""),
        "drawing": draw_architecture(layers),
        "layers": [_layer(layer) for layer in layers],
        "total": f"{facts.get('total_params', answer.winner.params):,}",
        "cost": _cost(facts.get("cost", {})),
        "source": answer.source,
        "values": shown_values(answer.winner.candidate),
        "code": outcome.source if outcome.folder.source.is_file() else "",
    }


def shown_values(candidate: Candidate) -> list[tuple[str, str]]:
    """Return hyperparameters for people.

    Args:
        candidate: With its values.

    Example:
        >>> shown_values(Candidate(values={"learning_rate": 0.00123456}, origin="tpe"))
        [('learning_rate', '0.001235')]
    """
    return [
        (name, f"{value:.4g}" if isinstance(value, float) else str(value)) for name, value in candidate.values.items()
    ]


def _layer(layer: Mapping[str, Any]) -> dict[str, str]:
    shape = " × ".join("any" if size is None else str(size) for size in layer.get("output_shape", ())[1:])
    params, macs = int(layer.get("params", 0)), layer.get("macs", 0)
    return {
        "name": str(layer.get("name", "")),
        "class": " ".join(filter(None, (str(layer.get("class", "")), str(layer.get("detail", ""))))),
        "shape": shape or "1",
        "params": f"{params:,}" if params else "–",
        "macs": "not known" if macs is None else f"{macs:,}" if macs else "–",
    }


def _cost(cost: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what the model costs, for one row."""
    if not cost:
        return []
    least = "at least " if cost["unknown"] else ""
    return [
        ("Parameters", f"{cost['params']:,} ({cost['trainable_params']:,} trainable)"),
        ("Multiply-accumulates of a prediction", f"{least}{cost['macs']:,}"),
        ("Weights", format_bytes(cost["model_bytes"])),
        ("Activations of a prediction", f"{least}{format_bytes(cost['activation_bytes'])}"),
    ]
