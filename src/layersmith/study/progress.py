"""What the user sees while a search runs: one live line on a terminal, plain lines in a log, or nothing."""

import sys
import time
from collections.abc import Mapping
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.text import Text

from layersmith.records import Trial

__all__ = ["LiveProgress", "PlainProgress", "Progress", "SilentProgress", "choose_progress", "duration"]


class Progress(Protocol):
    """Hears what happens, in order."""

    def say(self, text: str) -> None:
        """Tell the user a sentence that stays on screen."""

    def begin(self, title: str, left: float | None) -> None:
        """A trial, or another step, begins; `left` seconds of the budget remain."""

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """An epoch of it ended."""

    def end(self, trial: Trial | None, best: str) -> None:
        """It ended; `best` describes the best so far."""

    def close(self) -> None:
        """Nothing follows."""


def choose_progress(*, quiet: bool) -> Progress:
    """Return the progress for this process's standard error: silent, live where it can be redrawn, else plain lines."""
    if quiet:
        return SilentProgress()
    console = Console(stderr=True)
    draws = console.is_terminal and not console.is_dumb_terminal
    return LiveProgress(console) if draws else PlainProgress()


def duration(seconds: float | None) -> str:
    """Return seconds as people say them.

    Example:
        >>> duration(8.2), duration(75), duration(3700), duration(None)
        ('8 s', '1:15 min', '1:01 h', '')
    """
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"


class SilentProgress:
    """Says nothing."""

    def say(self, text: str) -> None:
        """Say nothing."""

    def begin(self, title: str, left: float | None) -> None:
        """Say nothing."""

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Say nothing."""

    def end(self, trial: Trial | None, best: str) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""


class PlainProgress:
    """One line per finished step on standard error, for logs."""

    def __init__(self) -> None:
        self._title = ""
        self._left: float | None = None
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        """Print the sentence."""
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is the log

    def begin(self, title: str, left: float | None) -> None:
        """Remember what began."""
        self._title, self._left, self._started = title, left, time.monotonic()

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Say nothing: a log does not want every epoch."""

    def end(self, trial: Trial | None, best: str) -> None:
        """Print what came of it."""
        self.say(_line(self._title, time.monotonic() - self._started, trial, best, self._left))

    def close(self) -> None:
        """Print nothing more."""


class LiveProgress:
    """One line that changes in place, under the sentences that stay.

    Args:
        console: Where to draw.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._title, self._epoch, self._best = "reading", "", ""
        self._deadline: float | None = None
        self._live = Live(console=console, refresh_per_second=6, transient=True, get_renderable=self._render)
        self._live.start()

    def say(self, text: str) -> None:
        """Print the sentence above the line."""
        self._console.print(text, highlight=False, markup=False)

    def begin(self, title: str, left: float | None) -> None:
        """Show what began."""
        self._title, self._epoch = title, ""
        self._deadline = None if left is None else time.monotonic() + left

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Show how it goes."""
        loss = metrics.get("val_loss", metrics.get("loss"))
        self._epoch = f"epoch {epoch}" + ("" if loss is None else f", loss {loss:.4g}")

    def end(self, trial: Trial | None, best: str) -> None:
        """Show the best so far; a failed trial stays on screen."""
        self._best = best
        if trial is not None and trial.state == "failed":
            self.say(f"  {self._title} failed: {_first_line(trial)}")

    def close(self) -> None:
        """Take the line away."""
        self._live.stop()

    def _render(self) -> Text:
        left = "" if self._deadline is None else f"{duration(self._deadline - time.monotonic())} left"
        parts = [part for part in (self._title, self._epoch, self._best, left) if part]
        return Text(" · ".join(parts), style="cyan", overflow="ellipsis", no_wrap=True)


def _line(title: str, seconds: float, trial: Trial | None, best: str, left: float | None) -> str:
    came = "done"
    if trial is not None:
        came = f"{trial.score:.4g}" if trial.state == "complete" else f"{trial.state}: {_first_line(trial)}"
    parts = [f"{title}: {came} in {duration(seconds)}", best]
    if left is not None:
        parts.append(f"{duration(left - seconds)} left")
    return " · ".join(part for part in parts if part)


def _first_line(trial: Trial) -> str:
    return (trial.reason.splitlines() or [""])[0][:160]
