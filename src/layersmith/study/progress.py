"""What the user sees while a search runs: one live line on a terminal, plain lines in a log, or nothing.

Several steps (trials, a refit) may run at once, each in a thread of its own.
"""

import sys
import threading
import time
from collections.abc import Mapping
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.text import Text

from layersmith.records import Trial

__all__ = ["LiveProgress", "PlainProgress", "Progress", "SilentProgress", "Step", "choose_progress", "duration"]


class Step(Protocol):
    """Hears how one step goes; its clock starts with `begin`."""

    def begin(self) -> None:
        """It begins."""

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """An epoch of it ended."""

    def end(self, trial: Trial | None, best: str) -> None:
        """It ended; `best` describes the best so far."""


class Progress(Protocol):
    """Hears what happens."""

    def say(self, text: str) -> None:
        """Tell the user a sentence that stays on screen."""

    def step(self, title: str, left: float | None) -> Step:
        """Announce a trial or another step that will begin; `left` seconds of the budget remain."""

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
        >>> duration(0.26), duration(8.2), duration(75), duration(3700), duration(None)
        ('0.3 s', '8 s', '1:15 min', '1:01 h', '')
    """
    if seconds is None:
        return ""
    if 0.05 <= seconds < 0.95:
        return f"{seconds:.1f} s"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"


class SilentProgress:
    """Says nothing, as a progress and as a step."""

    def say(self, text: str) -> None:
        """Say nothing."""

    def step(self, title: str, left: float | None) -> Step:
        """Say nothing."""
        return self

    def begin(self) -> None:
        """Say nothing."""

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Say nothing."""

    def end(self, trial: Trial | None, best: str) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""


class PlainProgress:
    """One line per finished step on standard error, for logs."""

    def say(self, text: str) -> None:
        """Print the sentence."""
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is the log

    def step(self, title: str, left: float | None) -> Step:
        """Return a step that prints what came of it."""
        return _PlainStep(self, title, left)

    def close(self) -> None:
        """Print nothing more."""


class _PlainStep:
    def __init__(self, progress: PlainProgress, title: str, left: float | None) -> None:
        self._progress, self._title, self._left = progress, title, left
        self._announced = self._started = time.monotonic()

    def begin(self) -> None:
        self._started = time.monotonic()

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Say nothing: a log does not want every epoch."""

    def end(self, trial: Trial | None, best: str) -> None:
        now = time.monotonic()
        left = None if self._left is None else self._left - (now - self._announced)
        self._progress.say(_line(self._title, now - self._started, trial, best, left))


class LiveProgress:
    """One line that changes in place, under the sentences that stay.

    Args:
        console: Where to draw.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._running: list[_LiveStep] = []
        self._lock = threading.Lock()
        self._best = ""
        self._deadline: float | None = None
        self._live = Live(console=console, refresh_per_second=6, transient=True, get_renderable=self._render)
        self._live.start()

    def say(self, text: str) -> None:
        """Print the sentence above the line."""
        self._console.print(text, highlight=False, markup=False)

    def step(self, title: str, left: float | None) -> Step:
        """Return a step that is shown from its beginning to its end."""
        self._deadline = None if left is None else time.monotonic() + left
        return _LiveStep(self, title)

    def show(self, step: "_LiveStep") -> None:
        """Show a step."""
        with self._lock:
            self._running.append(step)

    def drop(self, step: "_LiveStep", best: str) -> None:
        """Show a step no more, and the best so far."""
        with self._lock:
            self._best = best or self._best
            self._running = [other for other in self._running if other is not step]

    def close(self) -> None:
        """Take the line away."""
        self._live.stop()

    def _render(self) -> Text:
        left = "" if self._deadline is None else f"{duration(self._deadline - time.monotonic())} left"
        with self._lock:
            steps = [step.text for step in self._running] or ["reading"]
        parts = [part for part in (*steps, self._best, left) if part]
        return Text(" · ".join(parts), style="cyan", overflow="ellipsis", no_wrap=True)


class _LiveStep:
    def __init__(self, progress: LiveProgress, title: str) -> None:
        self._progress, self._title, self._epoch = progress, title, ""

    @property
    def text(self) -> str:
        return f"{self._title} · {self._epoch}" if self._epoch else self._title

    def begin(self) -> None:
        self._progress.show(self)

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None:
        loss = metrics.get("val_loss", metrics.get("loss"))
        self._epoch = f"epoch {epoch}" + ("" if loss is None else f", loss {loss:.4g}")

    def end(self, trial: Trial | None, best: str) -> None:
        """Show the best so far; a failed trial stays on screen."""
        self._progress.drop(self, best)
        if trial is not None and trial.state == "failed":
            self._progress.say(f"  {self._title} failed: {_first_line(trial)}")


def _line(title: str, seconds: float, trial: Trial | None, best: str, left: float | None) -> str:
    came = "done"
    if trial is not None:
        came = f"{trial.state}: {_first_line(trial)}"
    if trial is not None and trial.state in ("complete", "paused"):
        came = f"{trial.score:.4g}" + (" so far" if trial.state == "paused" else "")
    parts = [f"{title}: {came} in {duration(seconds)}", best]
    if left is not None:
        parts.append(f"{duration(left)} left")
    return " · ".join(part for part in parts if part)


def _first_line(trial: Trial) -> str:
    return (trial.reason.splitlines() or [""])[0][:160]
