"""From `metrics` and `weighted_metrics` of `compile` to metrics of outputs (`CompileMetrics`, keras/src/trainers)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layersmith.engine.losses.shapes import Shape
from layersmith.engine.metrics import Metric, resolve_metric
from layersmith.engine.metrics.names import history_names
from layersmith.engine.objective.outputs import Outputs, is_list, is_named, spread
from layersmith.engine.unsupported import Unsupported

__all__ = ["Measure", "metrics_of", "resolve_measures"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A metric of one output.

    Attributes:
        output: Place of the output.
        metric: The metric, under its key in the logs.
    """

    output: int
    metric: Metric


def metrics_of(metrics: Any, outputs: Outputs) -> list[list[Any]]:
    """Return the serialized metrics of each output.

    One output takes any nesting. Several take a list with one entry per output, or a dictionary that may leave outputs
    out; an entry is a metric, a list of them, or None.

    Args:
        metrics: What `Compiled.metrics` or `Compiled.weighted_metrics` holds.
        outputs: The outputs.

    Raises:
        Unsupported: If the entries are not those of the outputs.

    Example:
        >>> two = Outputs(kind="list", names=("a", "b"), shapes=((None, 1), (None, 1)))
        >>> metrics_of({"b": ["mae", "mse"]}, two)
        [[], ['mae', 'mse']]
    """
    if not metrics:
        return [[] for _ in outputs.names]
    if len(outputs) == 1:
        return [_flatten(metrics)]
    entries = spread(metrics, outputs, "metrics", partly=True)
    return [[] if entry is None else list(entry) if is_list(entry) else [entry] for entry in entries]


def resolve_measures(
    metrics: Sequence[Sequence[Any]],
    weighted: Sequence[Sequence[Any]],
    outputs: Outputs,
    targets: Sequence[Shape | None],
) -> tuple[Measure, ...]:
    """Return the metrics of all outputs, weighted ones last, named as in `History`.

    Args:
        metrics: Serialized metrics per output.
        weighted: Likewise those that count sample weights.
        outputs: The outputs.
        targets: Shape of each output's targets, batch axis first; None where there are none.

    Raises:
        Unsupported: If a metric has no compiled form, or targets are missing.
    """
    groups = [
        [(index, _resolve(one, index, outputs, targets)) for index, entry in enumerate(entries) for one in entry]
        for entries in (metrics, weighted)
    ]
    prefixes = outputs.names if len(outputs) > 1 else ("",)
    plain, others = ([(prefixes[index], metric.name) for index, metric in group] for group in groups)
    names = history_names(plain, others)
    return tuple(
        Measure(output=index, metric=metric.renamed(name, weighted=place >= len(plain)))
        for place, ((index, metric), name) in enumerate(zip([*groups[0], *groups[1]], names, strict=True))
    )


def _resolve(serialized: Any, index: int, outputs: Outputs, targets: Sequence[Shape | None]) -> Metric:
    target = targets[index]
    if target is None:
        raise Unsupported("metrics", f"no targets for output {outputs.names[index]!r}")
    return resolve_metric(serialized, outputs.shapes[index], target)


def _flatten(given: Any) -> list[Any]:
    """The metrics in any nesting of lists and dictionaries, whose keys are sorted."""
    if is_named(given):
        return [one for key in sorted(given) for one in _flatten(given[key])]
    if is_list(given):
        return [one for entry in given for one in _flatten(entry)]
    return [given]
