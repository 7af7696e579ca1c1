"""Names and numbers in figures.

Plotly reads a part of HTML in every label (`<b>`, `<a href>`, `<br>`), so a name from data is escaped before it is one.
"""

import html
import math
from collections.abc import Iterable

__all__ = ["label_of", "rounded"]

_MOST_LETTERS = 32


def label_of(name: object, *, most: int = _MOST_LETTERS) -> str:
    """Return a name as a label that Plotly shows letter by letter, shortened in the middle where it is long.

    Names that begin alike (`block/units_1`, `block/units_2`) can still be told apart then.

    Args:
        name: Whatever the data call it.
        most: Letters at most.

    Example:
        >>> label_of("<b>bold</b>")
        '&lt;b&gt;bold&lt;/b&gt;'
        >>> label_of("block_of_layers/units_12", most=12)
        'block_…ts_12'
    """
    text = " ".join(str(name).split())
    tail = (most - 1) // 2
    shown = text if len(text) <= most else f"{text[: most - 1 - tail]}…{text[len(text) - tail :]}"
    return html.escape(shown, quote=False)


def rounded(values: Iterable[float], *, digits: int = 4) -> list[float | None]:
    """Return numbers with so many significant digits, None where one is not finite: what a page needs of them.

    Example:
        >>> rounded([0.123456, 1234567.0, float("nan")])
        [0.1235, 1235000.0, None]
    """
    return [float(f"{value:.{digits}g}") if math.isfinite(value) else None for value in map(float, values)]
