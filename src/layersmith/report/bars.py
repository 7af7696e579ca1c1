"""Scores as bars with their intervals, in percent of one shared axis that holds zero."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from layersmith.records import Score
from layersmith.report.formats import format_interval, format_score

__all__ = ["Bar", "score_bars"]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One score on the shared axis; positions are in percent of its length.

    Attributes:
        name: What was scored.
        value: Its score for people.
        interval: Its interval for people, or empty.
        left: Where the bar begins.
        width: How long it is.
        low: Where the interval begins, or `None` where there is none.
        span: How long the interval is.
        is_winner: Whether it is the search's winner.
    """

    name: str
    value: str
    interval: str
    left: float
    width: float
    low: float | None
    span: float
    is_winner: bool


def score_bars(scores: Sequence[tuple[str, Score]]) -> list[Bar]:
    """Return a bar for each score, the winner's first.

    Args:
        scores: Names and scores of one metric, the winner's first.

    Example:
        >>> from layersmith.records import Score
        >>> bars = score_bars([("ours", Score(metric="rmse", value=1.0, num_rows=9)),
        ...                    ("theirs", Score(metric="rmse", value=4.0, num_rows=9))])
        >>> [(bar.left, bar.width) for bar in bars]
        [(0.0, 25.0), (0.0, 100.0)]
    """
    ends = [0.0]
    for _, score in scores:
        ends += [end for end in _ends(score) if math.isfinite(end)]
    low, length = min(ends), (max(ends) - min(ends)) or 1.0

    def place(value: float) -> float:
        return round(100 * (value - low) / length, 3)

    return [_bar(name, score, place, is_winner=index == 0) for index, (name, score) in enumerate(scores)]


def _ends(score: Score) -> tuple[float, ...]:
    interval = score.interval
    return (score.value,) if interval is None else (score.value, interval.low, interval.high)


def _bar(name: str, score: Score, place: Callable[[float], float], *, is_winner: bool) -> Bar:
    value = score.value if math.isfinite(score.value) else 0.0
    left, right = sorted((place(0.0), place(value)))
    interval = format_interval(score)
    low, high = (score.interval.low, score.interval.high) if interval and score.interval else (0.0, 0.0)
    return Bar(
        name=name,
        value=format_score(score.metric, score.value),
        interval=interval,
        left=left,
        width=round(right - left, 3),
        low=place(low) if interval else None,
        span=round(place(high) - place(low), 3),
        is_winner=is_winner,
    )
