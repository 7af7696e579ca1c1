"""Names and numbers in figures.

Plotly reads a part of HTML in every label (`<b>`, `<a href>`, `<br>`), so a name from data is escaped before it is one.
"""

import html
import math
from collections.abc import Iterable

__all__ = ["label_of", "rounded"]

_MOST_LETTERS = 32


def label_of(name: object, *, most: int = _MOST_LETTERS) -> str:
    """Return a name as a label that Plotly shows letter by letter, shortened where it is long.

    Args:
        name: Whatever the data call it.
        most: Letters at most.

    Example:
        >>> label_of("<b>bold</b>")
        '&lt;b&gt;bold&lt;/b&gt;'
        >>> label_of("a" * 50, most=5)
        'aaaa…'
    """
    text = " ".join(str(name).split())
    return html.escape(text if len(text) <= most else f"{text[: most - 1]}…", quote=False)


def rounded(values: Iterable[float], *, digits: int = 4) -> list[float | None]:
    """Return numbers with so many significant digits, None where one is not finite: what a page needs of them.

    Example:
        >>> rounded([0.123456, 1234567.0, float("nan")])
        [0.1235, 1235000.0, None]
    """
    return [float(f"{value:.{digits}g}") if math.isfinite(value) else None for value in map(float, values)]
