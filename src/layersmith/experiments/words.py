"""Numbers and intervals as an experiment says them."""

from layersmith.records import Interval

__all__ = ["number", "spelled"]


def number(value: float) -> str:
    """Return a number in four significant digits.

    Example:
        >>> number(0.93751), number(12345.6)
        ('0.9375', '12,346')
    """
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def spelled(interval: Interval) -> str:
    """Return an interval as its two ends.

    Example:
        >>> spelled(Interval(low=0.91, high=0.95))
        '0.91 to 0.95'
    """
    return f"{number(interval.low)} to {number(interval.high)}"
