"""The drawing as an `<svg>` element, in the page's own colours."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from layersmith.report.drawing.blocks import Block, blocks_of
from layersmith.report.drawing.layers_out import Layout, lay_out
from layersmith.report.formats import format_count

__all__ = ["draw_architecture"]

_WIDTH, _LINE, _PAD, _GAP = 232, 17, 9, 26  # pixels: of a box, of a line of text, inside a box, between rows
_LETTERS = 34  # that a line of a box holds
_LEAST = 0.78  # a drawing is not made smaller than this, but scrolled


def draw_architecture(layers: Sequence[Mapping[str, Any]]) -> Markup:
    """Return the drawing of a model; empty where nothing is known of its layers or of what they read.

    Args:
        layers: As `layersmith.study.describe` tells them.

    Example:
        >>> layer = {"name": "a", "class": "<b>", "detail": "", "output_shape": [None, 8], "params": 0, "macs": 0}
        >>> "&lt;b&gt;" in draw_architecture([{**layer, "inputs": []}])
        True
    """
    if not layers or any("inputs" not in layer for layer in layers):
        return Markup()
    boxes = blocks_of(layers)
    layout = lay_out([box.inputs for box in boxes])
    lines = [_lines(box) for box in boxes]
    tops, total = _tops(layout, [_height(each) for each in lines])
    width = round(layout.width * _WIDTH) + 2
    starts = [tops[layout.rows[box]] + _height(lines[box]) for box in layout.sources]
    drawn = [_path(points, start, tops) for points, start in zip(layout.lines, starts, strict=True)]
    drawn += [_box(*where) for where in zip(lines, layout.across, (tops[row] for row in layout.rows), strict=True)]
    return Markup(
        '<svg class="architecture" viewBox="0 0 {width} {height}" style="width: {width}px; min-width: {least}px" '
        'role="img" aria-label="{said}">{drawn}</svg>'
    ).format(
        width=width,
        height=total,
        least=round(width * _LEAST) if width > _WIDTH + 2 else width,
        said=f"The architecture, {len(layers)} layers in {len(boxes)} boxes",
        drawn=Markup("").join(drawn),
    )


def _lines(box: Block) -> list[tuple[str, str]]:
    """Return the lines of a box, each with its style."""
    shape = " × ".join("any" if size is None else str(size) for size in box.shape) or "1"
    counts = [format_count(box.params, "parameter")] if box.params else []
    counts += [f"{_short(box.macs)} MACs"] if box.macs else []
    followers = _wrapped(box.followers)
    return [
        ("title", f"{box.title} {box.detail}".strip()),
        *(("more", line) for line in followers),
        ("more", f"→ {shape}"),
        *([("more", ", ".join(counts))] if counts else []),
    ]


def _short(number: int) -> str:
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= 10 * size:
            return f"{number / size:.3g} {unit}"
    return f"{number:,}"


def _wrapped(words: Sequence[str]) -> list[str]:
    """Return words joined into lines that fit a box."""
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} · {word}" if lines else ""
        if longer and len(longer) <= _LETTERS:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _height(lines: Sequence[tuple[str, str]]) -> int:
    return len(lines) * _LINE + 2 * _PAD


def _tops(layout: Layout, heights: Sequence[int]) -> tuple[list[int], int]:
    """Return the upper edge of each row, and the height of everything."""
    tallest = [0] * (max(layout.rows, default=0) + 1)
    for row, height in zip(layout.rows, heights, strict=True):
        tallest[row] = max(tallest[row], height)
    tops, edge = [], 1
    for height in tallest:
        tops.append(edge)
        edge += height + _GAP
    return tops, edge - _GAP + 1


def _box(lines: Sequence[tuple[str, str]], across: float, top: int) -> Markup:
    left = round(across * _WIDTH - _WIDTH / 2) + 1
    box = Markup('<g><rect x="{}" y="{}" width="{}" height="{}" rx="5"/>').format(left, top, _WIDTH, _height(lines))
    for place, (style, text) in enumerate(lines):
        shown = text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"
        x, y = left + 12, top + _PAD + (place + 1) * _LINE - 4
        box += Markup('<text class="{}" x="{}" y="{}">{}</text>').format(style, x, y, escape(shown))
    return box + Markup("</g>")


def _path(points: Sequence[tuple[float, int]], y: int, tops: Sequence[int]) -> Markup:
    """Return a line from the lower edge `y` of the box read to the upper edge of the one that reads."""
    (start, _), *rest = points
    x = _pixel(start)
    path = f"M{x},{y}"
    for across, below in rest:
        path += _curve(x, y, _pixel(across), tops[below])
        x, y = _pixel(across), tops[below]
        if below != points[-1][1]:  # a line passes a row straight
            y = tops[below + 1] - _GAP
            path += f"V{y}"
    return Markup('<path d="{}"/>').format(path)


def _pixel(across: float) -> int:
    return round(across * _WIDTH) + 1


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    """Return a smooth piece that leaves and arrives straight down."""
    turn = max(to_y - _GAP, y)
    middle = (turn + to_y) // 2
    return f"V{turn}C{x},{middle} {to_x},{middle} {to_x},{to_y}"
