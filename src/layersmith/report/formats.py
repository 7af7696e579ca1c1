"""Numbers as people read them: shares in percent, errors with four significant digits."""

import math

from layersmith.records import Score

__all__ = ["format_bytes", "format_count", "format_interval", "format_score"]

_SHARES = ("accuracy", "balanced_accuracy", "subset_accuracy")
_PERCENT_ERRORS = ("mape",)
_UNDEFINED = "not defined"


def format_score(metric: str, value: float) -> str:
    """Return the value of a metric for people.

    Args:
        metric: Name of the metric.
        value: Its value, in its own unit.

    Returns:
        Accuracies in percent with one decimal, percentage errors in percent, the rest with four significant digits.

    Example:
        >>> format_score("accuracy", 0.98889), format_score("mape", 0.0342), format_score("rmse", 1234.5678)
        ('98.9 %', '3.42 %', '1,235')
    """
    if math.isnan(value):
        return _UNDEFINED
    return _number(metric, value) + _unit(metric)


def format_interval(score: Score) -> str:
    """Return the interval of a score, or an empty string where none could be given.

    Example:
        >>> from layersmith.records import Interval
        >>> format_interval(Score(metric="accuracy", value=0.9, num_rows=50, interval=Interval(low=0.79, high=0.957)))
        '79.0 to 95.7 %'
    """
    if score.interval is None or math.isnan(score.interval.low) or math.isnan(score.interval.high):
        return ""
    low, high = _number(score.metric, score.interval.low), _number(score.metric, score.interval.high)
    return f"{low} to {high}{_unit(score.metric)}"


def format_count(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun.

    Example:
        >>> format_count(1, "candidate"), format_count(12345, "row")
        ('1 candidate', '12,345 rows')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def format_bytes(number: int) -> str:
    """Return a number of bytes.

    Example:
        >>> format_bytes(900), format_bytes(183_616)
        ('900 bytes', '184 kB')
    """
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return format_count(number, "byte")


def _unit(metric: str) -> str:
    return " %" if metric in _SHARES + _PERCENT_ERRORS else ""


def _number(metric: str, value: float) -> str:
    if metric in _SHARES:
        return f"{100 * value:.1f}"
    return _significant(100 * value, 3) if metric in _PERCENT_ERRORS else _significant(value, 4)


def _significant(value: float, digits: int) -> str:
    """Return a number with that many significant digits, written out unless it is very large or small."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    magnitude = math.floor(math.log10(abs(value)))
    if not -5 <= magnitude < 9:
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{max(0, digits - 1 - magnitude)}f}"
