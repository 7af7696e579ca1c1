"""The worst test rows, shown as what they are: images as images, series as lines, rows of a table as cells."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from layersmith.data import Kind, Preprocess, Task
from layersmith.data.decode import OutputMap
from layersmith.study.holdout_rows import HoldoutRows

__all__ = ["Example", "worst_examples"]

_MOST = {Kind.IMAGE: 12, Kind.SERIES: 6, Kind.FORECAST: 6, Kind.TABLE: 8}
_LARGEST_SIDE = 96  # pixels of an image
_MOST_CHANNELS = 4
_MOST_STEPS = 200
_WIDTH, _HEIGHT = 200, 80  # of a drawing of lines


@dataclass(frozen=True, kw_only=True)
class Example:
    """One test row.

    Attributes:
        row: Where it stands in the source.
        truth: What it is, for people.
        predicted: What the winner said, with how sure it was.
        image: The image as a `data:` address, or empty.
        lines: The series as an `<svg>`, or empty.
        cells: The cells of a table's row.
    """

    row: str
    truth: str
    predicted: str
    image: str = ""
    lines: Markup = Markup()  # noqa: RUF009
    cells: tuple[str, ...] = ()


def worst_examples(rows: HoldoutRows, preprocess: Preprocess) -> list[Example]:
    """Return the rows with the largest loss, the worst first.

    Args:
        rows: What a run kept of its holdout.
        preprocess: What knows the kind of the rows and the names of the classes.
    """
    kind = preprocess.spec.kind
    return [
        Example(
            row=f"{rows.rows[place]:,}",
            truth=_truth(rows.truth[place], preprocess.outputs),
            predicted=_predicted(rows.predictions[place], preprocess.outputs),
            **_shown(rows, number, kind, preprocess.spec.pixel_range),
        )
        for number, place in enumerate(rows.worst[: _MOST[kind]])
    ]


def _shown(rows: HoldoutRows, number: int, kind: Kind, pixel_range: float) -> dict[str, Any]:
    example = rows.examples[number]
    if kind is Kind.TABLE:
        return {"cells": tuple(map(str, example))}
    if kind is Kind.IMAGE:
        return {"image": _image(example, pixel_range)}
    if kind is Kind.SERIES:
        return {"lines": _lines(list(example.T[:_MOST_CHANNELS]))}
    past, place = example[:, 0], rows.worst[number]
    return {"lines": _lines([past], [rows.truth[place], rows.predictions[place]])}


def _truth(truth: Any, outputs: OutputMap) -> str:
    if outputs.task is Task.MULTILABEL:
        return ", ".join(name for name, on in zip(outputs.classes, truth, strict=True) if on > 0.5) or "no label"
    if outputs.task.is_classification:
        return outputs.classes[int(np.ravel(truth)[0])]
    return _amounts(np.ravel(truth))


def _predicted(predicted: NDArray[Any], outputs: OutputMap) -> str:
    if outputs.task is Task.MULTILABEL:
        return _truth(predicted, outputs)
    if outputs.task is Task.BINARY:
        likely = np.array([1 - predicted[0], predicted[0]])
        return f"{outputs.classes[int(likely.argmax())]} ({100 * likely.max():.0f} %)"
    if outputs.task is Task.MULTICLASS:
        return f"{outputs.classes[int(predicted.argmax())]} ({100 * predicted.max():.0f} %)"
    return _amounts(predicted)


def _amounts(values: NDArray[Any]) -> str:
    shown = ", ".join(f"{value:.4g}" for value in values[:3])
    return shown if len(values) <= 3 else f"{shown}, …"


def _image(pixels: NDArray[Any], pixel_range: float) -> str:
    """Return an image `(height, width, channels)` as a PNG in a `data:` address."""
    from PIL import Image

    scaled = np.clip(np.asarray(pixels, np.float64) * (255 / pixel_range), 0, 255).astype(np.uint8)
    channels = scaled.shape[-1]
    shown = scaled if channels == 3 else scaled.mean(axis=-1).astype(np.uint8)
    image = Image.fromarray(shown)
    image.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _lines(lines: Sequence[NDArray[Any]], ahead: Sequence[NDArray[Any]] = ()) -> Markup:
    """Return lines over a common axis, and truth and prediction that continue the first of them."""
    every = np.concatenate([np.ravel(line) for line in (*lines, *ahead)]).astype(np.float64)
    every = every[np.isfinite(every)]
    low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
    length = len(lines[0]) + max((len(line) for line in ahead), default=0)
    styles = [f"line-{place}" for place in range(len(lines))] + ["truth", "predicted"][: len(ahead)]
    starts = [0] * len(lines) + [len(lines[0])] * len(ahead)
    drawn = Markup("").join(
        _polyline(line, style, start=start, length=length, low=low, high=high)
        for line, style, start in zip((*lines, *ahead), styles, starts, strict=True)
    )
    return Markup('<svg class="drawn-series" viewBox="0 0 {} {}" role="img" aria-label="the series">{}</svg>').format(
        _WIDTH, _HEIGHT, drawn
    )


def _polyline(line: NDArray[Any], style: str, *, start: int, length: int, low: float, high: float) -> Markup:
    places = np.unique(np.linspace(0, len(line) - 1, min(len(line), _MOST_STEPS)).round().astype(int))
    places = places[np.isfinite(line[places].astype(np.float64))]
    x = (start + places) / max(length - 1, 1) * _WIDTH
    y = (1 - (line[places] - low) / ((high - low) or 1.0)) * (_HEIGHT - 4) + 2
    points = " ".join(f"{left:.1f},{top:.1f}" for left, top in zip(x, y, strict=True))
    return Markup('<polyline class="{}" points="{}"/>').format(style, points)
